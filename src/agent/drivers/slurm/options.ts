import { Fault } from '../../../messages/index.ts'
import type { SlurmAccess } from '../../slurm/access.ts'

/** Which part of which cluster a node of the exchange is. */
export interface SlurmOptions extends SlurmAccess {
  readonly partition: string
  /** the cluster's node that is sold; null where the partition has only one */
  readonly node: string | null
  /** whole nodes only: nobody else's job runs beside a buyer's */
  readonly exclusive: boolean
  /** path of runc on the node, in whose containers all programs run; null for plain jobs */
  readonly runtime: string | null
  /** folder of archives of images, on the shared file system; null for `images` beside the leases */
  readonly images: string | null
}

/** Names of the settings, as environment variables; docs/operating.md says what each means. */
export const SLURM_SETTINGS = {
  url: 'SUAN_SLURM',
  conf: 'SUAN_SLURM_CONF',
  user: 'SUAN_SLURM_USER',
  partition: 'SUAN_SLURM_PARTITION',
  node: 'SUAN_SLURM_NODE',
  key: 'SUAN_SLURM_KEY',
  token: 'SUAN_SLURM_TOKEN',
  exclusive: 'SUAN_SLURM_EXCLUSIVE',
  runtime: 'SUAN_SLURM_RUNTIME',
  images: 'SUAN_IMAGES',
} as const

/**
 * The options that settings name: `given` wins over the environment. Throws Fault SLURM_SETTINGS
 * naming what is missing.
 */
export function slurmOptions(
  given: Partial<Record<keyof typeof SLURM_SETTINGS, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SlurmOptions {
  const setting = (name: keyof typeof SLURM_SETTINGS): string | null => {
    const text = given[name] ?? environment[SLURM_SETTINGS[name]] ?? ''
    return text === '' ? null : text
  }
  const needed = (name: 'url' | 'user' | 'partition'): string => {
    const text = setting(name)
    if (text !== null) return text
    const facts = { missing: SLURM_SETTINGS[name] }
    throw new Fault('SLURM_SETTINGS', { retryable: false, facts })
  }
  return {
    url: needed('url'),
    user: needed('user'),
    partition: needed('partition'),
    confFile: setting('conf') ?? environment['SLURM_CONF'] ?? '/etc/slurm/slurm.conf',
    keyFile: setting('key'),
    tokenFile: setting('token'),
    node: setting('node'),
    exclusive: setting('exclusive') === '1',
    runtime: setting('runtime'),
    images: setting('images'),
  }
}
