/** Files of public results that can be read: what they are known by, and which columns say what. */
import { oneOf } from '../../kernel/index.ts'

export const publishedFormat = oneOf('mlperf-training', 'specpower', 'passmark-cpu', 'passmark-gpu')
export type PublishedFormat = (typeof publishedFormat)['values'][number]
export type HardwareKind = 'cpu' | 'gpu'

interface Figure {
  readonly figure: string
  readonly column: string
  readonly unit: string
  /** may be left empty */
  readonly optional?: boolean
}

export interface FormatSpec {
  readonly kind: HardwareKind
  /** who made the figures */
  readonly publisher: string
  /** column of the model's name */
  readonly model: string
  /** columns that say what was measured: the system, the benchmark */
  readonly detail: readonly string[]
  readonly figures: readonly Figure[]
}

export const FORMATS: Readonly<Record<PublishedFormat, FormatSpec>> = {
  'mlperf-training': {
    kind: 'gpu',
    publisher: 'MLCommons MLPerf Training',
    model: 'accelerator',
    detail: ['benchmark', 'accel_total', 'system_name', 'submitter', 'division'],
    figures: [
      { figure: 'time_to_train', column: 'time_to_train_min', unit: 'min' },
      { figure: 'accelerators', column: 'accel_total', unit: '' },
      { figure: 'accelerator_hours', column: 'accel_hours', unit: 'h' },
    ],
  },
  specpower: {
    kind: 'cpu',
    publisher: 'SPEC SPECpower_ssj2008',
    model: 'CPU Description',
    detail: ['System', 'Hardware Vendor', 'Published'],
    figures: [
      { figure: 'work_per_watt', column: 'Result', unit: 'ssj_ops/W' },
      { figure: 'power_full', column: 'avg. watts @ 100%', unit: 'W' },
      { figure: 'power_idle', column: 'avg. watts @ active idle', unit: 'W' },
      { figure: 'cores', column: '# Cores', unit: '' },
    ],
  },
  'passmark-cpu': {
    kind: 'cpu',
    publisher: 'PassMark CPU Mark',
    model: 'name',
    detail: ['cpu_class', 'socket', 'first_seen'],
    figures: [
      { figure: 'all_threads', column: 'multi_thread_rating', unit: '' },
      { figure: 'one_thread', column: 'single_thread_rating', unit: '' },
      { figure: 'samples', column: 'samples', unit: '' },
      { figure: 'tdp', column: 'tdp_w', unit: 'W', optional: true },
    ],
  },
  'passmark-gpu': {
    kind: 'gpu',
    publisher: 'PassMark G3D Mark',
    model: 'name',
    detail: ['category', 'bus'],
    figures: [
      { figure: 'graphics_3d', column: 'g3d_mark', unit: '' },
      { figure: 'gpu_compute', column: 'gpu_compute_ops', unit: 'ops/s', optional: true },
      { figure: 'samples', column: 'samples', unit: '' },
      { figure: 'max_tdp', column: 'max_tdp_w', unit: 'W', optional: true },
    ],
  },
}

/** Columns that a file of the format must have. */
export function columnsOf({ model, detail, figures }: FormatSpec): readonly string[] {
  return [...new Set([model, ...detail, ...figures.map(({ column }) => column)])]
}
