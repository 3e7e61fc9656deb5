import type { ConformanceCase } from '../case.ts'
import { ABUSE } from './abuse.ts'
import { IMAGES } from './images.ts'
import { INPUTS } from './inputs.ts'
import { INSIDE } from './inside.ts'
import { ISOLATION } from './isolation.ts'
import { LIFE } from './life.ts'
import { LIMITS } from './limits.ts'
import { NOTICE } from './notice.ts'
import { OUTPUT } from './output.ts'

/** Every case, in the order in which they run. */
export const CASES: readonly ConformanceCase[] = [
  ...OUTPUT,
  ...INPUTS,
  ...IMAGES,
  ...LIFE,
  ...NOTICE,
  ...LIMITS,
  ...ISOLATION,
  ...INSIDE,
  ...ABUSE,
]
