/** A Slurm for tests: the one that the environment names, or the small one of ../shared/tools. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SLURM_SETTINGS, slurmOptions, type SlurmOptions } from '../../src/agent/index.ts'
import { claim, runScript } from './cluster-scripts.ts'

/** A cluster to test with; `begin` brings it up where that is ours to do. */
export interface TestSlurm {
  readonly version: string
  readonly begin: () => Promise<SlurmOptions>
  readonly end: () => Promise<void>
}

/** Daemons of a Slurm that is started here, as Debian's packages bring them. */
const PROGRAMS = ['slurmctld', 'slurmd', 'slurmrestd', 'slurmdbd', 'munged', 'mariadbd']
/** In memory: a database on a slow disk takes a minute to begin. */
const FOLDER = '/dev/shm/suan-slurm-test'
const LOCK = `${FOLDER}.lock`

/** The environment by which `suan provider run` finds a cluster. */
export function settingsOf(options: SlurmOptions): Record<string, string> {
  const { url, confFile, user, partition, node, keyFile, tokenFile, exclusive } = options
  const { runtime, images } = options
  const settings: Record<keyof typeof SLURM_SETTINGS, string | null> = {
    url,
    conf: confFile,
    user,
    partition,
    node,
    key: keyFile,
    token: tokenFile,
    exclusive: exclusive ? '1' : null,
    runtime,
    images,
  }
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === null ? [] : [[SLURM_SETTINGS[name as keyof typeof SLURM_SETTINGS], value]],
    ),
  )
}

/** Quick; starts nothing. SUAN_SLURM and its companions name a cluster, as for `suan provider run`. */
export function findSlurm(environment = process.env): TestSlurm | { readonly why: string } {
  if ((environment['SUAN_SLURM'] ?? '') !== '') {
    const options = slurmOptions({}, environment)
    return { version: options.url, begin: async () => options, end: async () => {} }
  }
  const tools = join(environment['SUAN_TOOLS'] ?? resolve('..', 'shared', 'tools'), 'slurm')
  if (!existsSync(join(tools, 'up.sh'))) return { why: `SUAN_SLURM is not set, no ${tools}` }
  const missing = PROGRAMS.filter(
    (name) => !['/usr/sbin', '/usr/bin'].some((at) => existsSync(join(at, name))),
  )
  if (missing.length > 0) return { why: `not installed: ${missing.join(', ')}` }
  if (process.getuid?.() !== 0) return { why: 'only root can bring up a Slurm of its own' }
  return { version: versionOf('slurmctld'), begin: () => start(tools), end: () => stop(tools) }
}

/** The runtime of the test cluster's nodes, which are this machine; null where it has none. */
export function runcOfNode(): string | null {
  return ['/usr/sbin/runc', '/usr/bin/runc'].find((path) => existsSync(path)) ?? null
}

/** Its ports are fixed, so there is one at a time on a machine: others wait for their turn. */
async function start(tools: string): Promise<SlurmOptions> {
  while (!claim(LOCK)) await sleep(200)
  runScript(tools, FOLDER, 'down.sh')
  runScript(tools, FOLDER, 'up.sh')
  const conf = join(FOLDER, 'slurm.conf')
  // A cancelled job is given half a minute to end by itself, which no test needs.
  appendFileSync(conf, 'KillWait=2\n')
  execFileSync('scontrol', ['reconfigure'], { env: { ...process.env, SLURM_CONF: conf } })
  const key = join(FOLDER, 'state', 'jwt.key')
  const about = { conf, key, user: 'nobody', partition: 'main', node: 'n1' }
  return slurmOptions({ url: 'http://127.0.0.1:16820', ...about }, {})
}

async function stop(tools: string): Promise<void> {
  runScript(tools, FOLDER, 'down.sh')
  rmSync(FOLDER, { recursive: true, force: true })
  rmSync(LOCK, { recursive: true })
}

function versionOf(program: string): string {
  return execFileSync(program, ['-V'], { encoding: 'utf8' }).trim().replace('slurm-wlm', 'Slurm')
}
