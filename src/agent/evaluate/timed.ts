import { IntegerKernel, SET_BLOCKS, SET_CHECKSUM } from '../../kernel/index.ts'
import { CompressKernel, ROUND_BYTES, ROUND_CHECKSUM } from './compress-kernel.ts'
import { DgemmKernel, PRODUCT_FLOPS, PRODUCT_SUM } from './dgemm-kernel.ts'
import { FloatKernel, SET_POSITION, SET_STEPS } from './fp-kernel.ts'
import {
  Int8Kernel,
  PRODUCT_OPERATIONS,
  PRODUCT_SUM as SMALL_SUM,
  SingleKernel,
} from './matmul-kernel.ts'
import { TRIAD_BYTES, TRIAD_LAST, TriadKernel } from './memory-kernel.ts'

/** Work done by one thread in one run. */
export interface TimedRun {
  /** in the unit of the kernel: blocks, steps, bytes or operations */
  readonly operations: number
  readonly elapsedMs: number
  /** every result was the expected one */
  readonly exact: boolean
}

/** One pass of a kernel: how much it does, what it must give, and how to do it. */
interface Kernel {
  readonly operations: number
  readonly result: number
  readonly make: () => () => number
}

/** Every kernel that runs on one thread or on several at once. */
export const KERNELS = {
  integer: {
    operations: SET_BLOCKS,
    result: SET_CHECKSUM,
    make: () => {
      const kernel = new IntegerKernel()
      return () => kernel.runSet()
    },
  },
  float: {
    operations: SET_STEPS,
    result: SET_POSITION,
    make: () => {
      const kernel = new FloatKernel()
      return () => kernel.runSet()
    },
  },
  compress: {
    operations: ROUND_BYTES,
    result: ROUND_CHECKSUM,
    make: () => runOf(new CompressKernel()),
  },
  dgemm: { operations: PRODUCT_FLOPS, result: PRODUCT_SUM, make: () => runOf(new DgemmKernel()) },
  single: {
    operations: PRODUCT_OPERATIONS,
    result: SMALL_SUM,
    make: () => runOf(new SingleKernel()),
  },
  int8: { operations: PRODUCT_OPERATIONS, result: SMALL_SUM, make: () => runOf(new Int8Kernel()) },
  triad: { operations: TRIAD_BYTES, result: TRIAD_LAST, make: () => runOf(new TriadKernel()) },
} as const satisfies Record<string, Kernel>
export type KernelName = keyof typeof KERNELS

/** Makes a function that repeats a kernel for `durationMs` and checks every result. */
export function timedKernel(name: KernelName): (durationMs: number) => TimedRun {
  const { operations, result, make } = KERNELS[name]
  const once = make()
  return (durationMs) => repeat(durationMs, operations, () => once() === result)
}

function runOf(kernel: { readonly run: () => number }): () => number {
  return () => kernel.run()
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
