import { DgemmKernel, PRODUCT_FLOPS, PRODUCT_SUM } from './dgemm-kernel.ts'
import { IntegerKernel, SET_BLOCKS, SET_CHECKSUM } from './integer-kernel.ts'

/** The kernels that run on several threads at once. */
export type KernelName = 'integer' | 'dgemm'

/** Work done by one thread in one run. */
export interface TimedRun {
  /** blocks (integer) or floating-point operations (dgemm) */
  readonly operations: number
  readonly elapsedMs: number
  /** every checksum was the expected one */
  readonly exact: boolean
}

/** Makes a function that repeats a kernel for `durationMs` and checks every result. */
export function timedKernel(name: KernelName): (durationMs: number) => TimedRun {
  if (name === 'integer') {
    const kernel = new IntegerKernel()
    return (durationMs) => repeat(durationMs, SET_BLOCKS, () => kernel.runSet() === SET_CHECKSUM)
  }
  const kernel = new DgemmKernel()
  return (durationMs) => repeat(durationMs, PRODUCT_FLOPS, () => kernel.run() === PRODUCT_SUM)
}

function repeat(durationMs: number, operationsEach: number, once: () => boolean): TimedRun {
  let operations = 0
  let exact = true
  const start = performance.now()
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    exact = once() && exact
    operations += operationsEach
    elapsedMs = performance.now() - start
  }
  return { operations, elapsedMs, exact }
}
