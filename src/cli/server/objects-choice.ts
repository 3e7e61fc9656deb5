/** Where members' objects rest: --objects > SUAN_OBJECTS > secrets/objects.url > files in the folder. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../messages/index.ts'
import { makeBucket, s3Settings, type S3Settings } from '../../objects/index.ts'

/**
 * The bucket that is asked for, null for files. `root` is the data folder. Throws Fault
 * OBJECTS_ADDRESS with fact `why`.
 */
export function objectsChoice(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): S3Settings | null {
  const file = join(root, 'secrets', 'objects.url')
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  const address = asked ?? env['SUAN_OBJECTS'] ?? kept
  return address === undefined || address === '' ? null : s3Settings(address, env)
}

/** Makes the bucket when there is none; null, or why it cannot be used now: trading does not need it. */
export async function bucketTrouble(settings: S3Settings): Promise<string | null> {
  try {
    await makeBucket(settings)
    return null
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const reasons: string[] = []
    for (let at: unknown = error.cause; at instanceof Error; at = at.cause) reasons.push(at.message)
    return reasons.join(': ')
  }
}
