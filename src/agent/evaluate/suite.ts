/** What the suite is made of, so that its digest changes when any kernel or size does. */
import { sha256Hex, utf8Encode } from '../../kernel/index.ts'
import { SUITE, SUITE_METRICS } from '../../messages/index.ts'
import { CHASE_STEPS } from './memory-kernel.ts'
import { EFFORT } from './effort.ts'
import { KERNELS } from './timed.ts'

/** sha256 of the definition; messages/evaluation.ts pins it as SUITE_DIGEST. */
export function suiteDigest(): string {
  const kernels = Object.entries(KERNELS).map(([name, { operations, result }]) => [
    name,
    operations,
    result,
  ])
  const definition = { suite: SUITE, metrics: SUITE_METRICS, kernels, CHASE_STEPS, effort: EFFORT }
  return sha256Hex(utf8Encode(JSON.stringify(definition)))
}
