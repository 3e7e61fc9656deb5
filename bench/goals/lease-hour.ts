/**
 * The end of an hour for many leases: every one is billed, in Ticks between which other commands run.
 * Also what a minute's meter reports cost, for they come for all leases at the same rate.
 */
import { assert } from '../../src/kernel/index.ts'
import { Hour, LEASES, LEASES_EACH } from '../hour.ts'
import { waitsDuring } from '../hour-loop.ts'
import { quantile, row, type Row } from '../row.ts'

const WHAT = `${LEASES} leases billed at one hour`
/** leases that began one each so many microseconds, and all in the same one */
const BEGINNINGS = [
  [10, 'begun within a second'],
  [0, 'begun in one microsecond'],
] as const

export async function leaseHour(): Promise<Row[]> {
  const rows = billed()
  for (const [everyUs, how] of BEGINNINGS) {
    const hour = new Hour()
    hour.open(everyUs)
    hour.deliver()
    const { waits, hourMs } = await waitsDuring(hour)
    const told = (what: string, figure: number, unit: string): void => {
      rows.push(
        row('lease-hour', `${WHAT}, ${how}: ${what}`, figure, unit, null, { better: 'low' }),
      )
    }
    told('until all are', hourMs, 'ms')
    told('a command waits, median', quantile(waits, 0.5), 'ms')
    told('a command waits, p99', quantile(waits, 0.99), 'ms')
    told('a command waits, longest', quantile(waits, 1), 'ms')
  }
  return rows
}

/** What the Ticks and the reports cost alone. */
function billed(): Row[] {
  const hour = new Hour()
  hour.open(0)
  const reports = hour.deliver()
  const ticks = hour.bill()
  const postings = ticks.reduce((sum, each) => sum + each.billed, 0)
  assert(postings === LEASES, `${postings} of ${LEASES} leases were billed`)
  const { faults } = hour.exchange.audit()
  assert(faults.length === 0, faults.join())
  const times = ticks.map(({ milliseconds }) => milliseconds)
  const told = (what: string, figure: number): Row =>
    row('lease-hour', what, figure, 'ms', null, { better: 'low' })
  return [
    told(`${WHAT}, longest Tick`, Math.max(...times)),
    told(`${WHAT}, median Tick`, quantile(times, 0.5)),
    told(
      `${WHAT}, all Ticks`,
      times.reduce((a, b) => a + b),
    ),
    told(`a meter report of ${LEASES_EACH} leases, p99`, quantile(reports, 0.99)),
  ]
}
