import type { Driver } from '../../src/agent/index.ts'
import type { DriverBench } from './bench.ts'

/** What a case is about; a driver that lacks it cannot be asked. */
export type Need =
  /** a program is kept from the machine and from other programs */
  | 'isolation'
  /** the kernel or the engine keeps limits at every instant, for all programs together */
  | 'limits at every instant'
  /** programs of images */
  | 'images'
  /** what it starts goes on without its supervisor, and another one takes it over */
  | 'outlives its supervisor'
  /** what it starts is nothing without its supervisor */
  | 'bound to its supervisor'
  | 'programs beside a workload'
  | 'ports of a workload'
  /** a running workload can be halted and goes on later */
  | 'suspending'

const MET: Readonly<Record<Need, (driver: Driver) => boolean>> = {
  isolation: ({ isolation }) => isolation !== 'none',
  'limits at every instant': ({ capabilities }) => capabilities.limits !== 'polling',
  images: ({ capabilities }) => capabilities.images,
  'outlives its supervisor': ({ capabilities }) => capabilities.outlivesSupervisor,
  'programs beside a workload': ({ capabilities }) => capabilities.exec,
  'ports of a workload': ({ capabilities }) => capabilities.ports,
  suspending: ({ capabilities }) => capabilities.suspend,
  'bound to its supervisor': ({ capabilities }) => !capabilities.outlivesSupervisor,
}

/** What a case needs and the driver says that it has not. */
export function unmet(needs: readonly Need[], driver: Driver): readonly Need[] {
  return needs.filter((need) => !MET[need](driver))
}

/** This machine is not set up to show it; on the machines of continuous integration that is a fail. */
export class NotShown extends Error {
  override readonly name = 'NotShown'
}

/** One thing that every driver must do, whatever it is made of. */
export interface ConformanceCase {
  /** `subject.point`: names the row of the matrix, and is never used for another case */
  readonly id: string
  readonly title: string
  readonly needs: readonly Need[]
  /** Rejects when the driver does not do it. May leave things in allocations that it opened. */
  readonly run: (bench: DriverBench) => Promise<void>
}

/** not-enforceable: the driver cannot do it, or this machine cannot show it. absent: no such engine. */
export type Cell = 'pass' | 'fail' | 'not-enforceable' | 'absent'

/** One cell of the matrix of engines and cases. */
export interface MatrixRow {
  readonly engine: string
  readonly version: string
  readonly case: string
  readonly result: Cell
  readonly seconds: number
  /** why, for everything but a pass */
  readonly reason: string | null
}
