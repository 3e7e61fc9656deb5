import type { LeaseSample, MovedBytes } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'

export const bytesOf = (moved: MovedBytes) => ({
  objectsIn: moved.objects_in,
  objectsOut: moved.objects_out,
  tunnelsIn: moved.tunnels_in,
  tunnelsOut: moved.tunnels_out,
})

/** A line for people; JSON has the sample as it came and the cores. */
export function printSample(cli: Cli, sample: LeaseSample, cores: number): void {
  if (!cli.forPeople) {
    cli.host.stdout.write(`${JSON.stringify({ ...sample, cores: Number(cores.toFixed(3)) })}\n`)
    return
  }
  const held = sample.memory_mib === null ? '–' : `${sample.memory_mib} MiB`
  const facts = {
    cores: cores.toFixed(2),
    seconds: (sample.cpu_us / 1_000_000).toFixed(1),
    held,
    peak: `${sample.memory_peak_mib} MiB`,
    waited: sample.throttled_us === null ? '–' : (sample.throttled_us / 1_000_000).toFixed(1),
  }
  cli.host.stdout.write(`${cli.say('stats.line', facts)}\n`)
}
