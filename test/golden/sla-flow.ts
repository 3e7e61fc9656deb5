/** Promises and their breaches: sources that agree or not, excuses, windows, credits and liens. */
import { Prng } from '../../src/kernel/index.ts'
import { minuteSource, SLA_PROFILES } from '../../src/messages/index.ts'
import { meter, start } from '../scenarios/daemon.ts'
import { announce, says, speaker } from '../scenarios/sla-venue.ts'
import { openParty, type Venue } from '../scenarios/venue.ts'

const STEPS = 160

export function slaFlow(v: Venue): void {
  const rng = new Prng(33)
  const prober = openParty(v, 'assessor', ['read', 'evaluate'])
  const profiles = [SLA_PROFILES.markets, { ...SLA_PROFILES.finance, windowMinutes: 60 }]
  for (const [at, profile] of profiles.entries()) {
    v.done(v.operator, { kind: 'SetSla', sla: at + 1, version: 1, profile })
  }
  v.done(v.operator, { kind: 'AttachSla', instrument: v.instrument, sla: 1 })
  let at = start(v)
  for (let step = 0; step < STEPS; step++) {
    v.wait(60 + rng.below(400))
    const view = v.exchange.answers.lease({ lease: at.lease })
    const coveredSeconds = Math.floor((v.timeUs - (view?.readyAtUs ?? v.timeUs)) / 1_000_000)
    if (view?.status === 'closed') at = start(v)
    else if (rng.below(3) > 0) meter(v, [{ lease: at.lease, coveredSeconds }])
    const source = minuteSource.values[rng.below(3)] ?? 'agent'
    const from = Math.max(0, Math.floor(coveredSeconds / 60) - 1 - rng.below(9))
    v.submit(speaker({ v, prober }, source), says(source, at.lease, from, from + 1 + rng.below(4)))
    change(v, rng)
    if (rng.below(12) > 0) continue
    v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
    if (rng.below(2) === 0) meter(v, [{ lease: at.lease, coveredSeconds, final: true }])
    v.wait(700)
    at = start(v)
  }
  v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
  v.wait(90_000)
}

/** What may happen beside a report. */
function change(v: Venue, rng: Prng): void {
  const { node } = v
  const what = rng.below(8)
  if (what === 0) v.submit(null, { kind: 'ReportContact', node, connected: false })
  if (what <= 2) v.submit(null, { kind: 'ReportContact', node, connected: true })
  if (what === 3) {
    const fromUs = v.timeUs + rng.below(7_200) * 1_000_000
    v.submit(v.seller, announce(v, { fromUs, untilUs: fromUs + 600_000_000, class: 'security' }))
  }
  if (what === 4) {
    const sla = [1, 2, null][rng.below(3)] ?? null
    v.submit(v.operator, { kind: 'AttachSla', instrument: v.instrument, sla })
  }
}
