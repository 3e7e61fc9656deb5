/** The frozen reference: what 1,000 points are, and how much each metric weighs. */
import { sha256Hex, utf8Encode } from '../kernel/index.ts'
import { SUITE, type Dimension, type Profile } from '../messages/index.ts'

/** One metric in a dimension: its value on the reference machine and its weight. */
export interface Part {
  readonly metric: string
  readonly reference: number
  readonly weight: number
}
const part = (metric: string, reference: number, weight: number): Part => ({
  metric,
  reference,
  weight,
})

/**
 * The reference machine of `suan-2` has two threads of a common server processor, a local disk and a
 * network of half a millisecond (supposed, not measured). They are what such a machine gave in the
 * moments when nothing slowed it, rounded, and stay for ever: a better machine is a new
 * suite with a link factor, never another number here.
 */
export const DIMENSIONS: Readonly<Record<Dimension, readonly Part[]>> = {
  general: [
    part('int_1t_ops_per_s', 17_500, 2),
    part('int_nt_ops_per_s', 34_500, 2),
    part('fp_1t_steps_per_s', 10_000_000, 1),
    part('fp_nt_steps_per_s', 20_000_000, 1),
    part('compress_nt_kb_per_s', 120_000, 1),
    part('dgemm_nt_mflops', 5_800, 2),
    part('triad_1t_mb_per_s', 12_500, 1),
    part('triad_nt_mb_per_s', 22_000, 2),
    part('latency_ps', 180_000, 1),
  ],
  ai: [
    part('matmul_int8_nt_mops', 4_800, 2),
    part('matmul_fp32_nt_mflops', 4_100, 2),
    part('dgemm_nt_mflops', 5_800, 1),
    part('triad_nt_mb_per_s', 22_000, 1),
  ],
  storage: [
    part('disk_write_mb_per_s', 1_200, 1),
    part('disk_read_mb_per_s', 1_200, 1),
    part('disk_reads_per_s', 16_000, 2),
    part('disk_writes_per_s', 17_000, 2),
    part('fsync_p99_us', 200, 2),
  ],
  network: [
    part('rtt_ns', 500_000, 2),
    part('jitter_ns', 100_000, 1),
    part('delivered_ppm', 1_000_000, 1),
    part('download_kb_per_s', 100_000, 1),
  ],
  efficiency: [part('int_ops_per_joule', 1_000, 1)],
}

/** What each kind of use asks for: dimensions and their weights. */
export const PROFILES: Readonly<Record<Profile, readonly (readonly [Dimension, number])[]>> = {
  general: [['general', 1]],
  'ai-training': [
    ['ai', 3],
    ['general', 1],
    ['storage', 1],
    ['network', 1],
  ],
  'ai-inference': [
    ['ai', 2],
    ['general', 1],
    ['network', 1],
  ],
  super: [
    ['general', 2],
    ['network', 1],
  ],
  storage: [
    ['storage', 3],
    ['network', 1],
  ],
}

/** sha256 of the reference set: reports name it, and a test pins it. */
export const REFERENCE_DIGEST = sha256Hex(
  utf8Encode(JSON.stringify({ suite: SUITE, DIMENSIONS, PROFILES })),
)

/** What the reference machine has of each metric. */
export function referenceValues(): ReadonlyMap<string, number> {
  const parts = Object.values(DIMENSIONS).flat()
  return new Map(parts.map(({ metric, reference }) => [metric, reference]))
}
