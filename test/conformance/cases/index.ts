import type { ConformanceCase } from '../case.ts'
import { IMAGES } from './images.ts'
import { INPUTS } from './inputs.ts'
import { ISOLATION } from './isolation.ts'
import { LIFE } from './life.ts'
import { LIMITS } from './limits.ts'
import { OUTPUT } from './output.ts'

/** Every case, in the order in which they run. */
export const CASES: readonly ConformanceCase[] = [
  ...OUTPUT,
  ...INPUTS,
  ...IMAGES,
  ...LIFE,
  ...LIMITS,
  ...ISOLATION,
]
