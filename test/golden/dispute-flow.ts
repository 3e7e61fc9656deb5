/** Buyers that count too: bills that both agree on, and disputes that each way of deciding ends. */
import { Prng } from '../../src/kernel/index.ts'
import { meter, start } from '../scenarios/daemon.ts'
import { disputesOf, reading, together, twoPersons } from '../scenarios/dispute-venue.ts'
import { promise, says } from '../scenarios/sla-venue.ts'
import { openParty, type Venue } from '../scenarios/venue.ts'

const LEASES = 24
const DAY = 86_400

export function disputeFlow(v: Venue): void {
  const rng = new Prng(38)
  const prober = openParty(v, 'assessor', ['read', 'evaluate'])
  promise(v)
  const persons = twoPersons(v)
  for (let each = 0; each < LEASES; each++) {
    const { lease, allocation } = start(v)
    // What the buyer gets of each hundred seconds, by its own count.
    const share = [100, 100, 99, 97, 80, 0][rng.below(6)] ?? 100
    const seconds = 120 + rng.below(1_200)
    for (let clock = 0; clock < seconds;) {
      const step = Math.min(30 + rng.below(90), seconds - clock)
      v.wait(step)
      clock += step
      meter(v, [{ lease, coveredSeconds: clock, cpuUs: clock * 1_000 }])
      v.submit(v.buyer, reading(lease, Math.floor((clock * share) / 100), clock))
      const minute = Math.max(0, Math.floor(clock / 60) - 1)
      if (rng.below(4) === 0) v.submit(prober, says('prober', lease, minute, minute + 1))
    }
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    if (rng.below(3) > 0)
      meter(v, [{ lease, coveredSeconds: seconds, cpuUs: seconds * 1_000, final: true }])
    v.submit(v.buyer, reading(lease, seconds))
    if (rng.below(4) === 0) v.submit(prober, says('prober', lease, 0, 2))
    const [open] = disputesOf(v, { open: true })
    if (open !== undefined && rng.below(2) === 0) {
      const part = rng.below(open.seller.seconds - open.buyer.seconds + 2)
      const acceptedSeconds = open.buyer.seconds + part
      const { dispute } = open
      const action = { kind: 'ResolveDispute', dispute, acceptedSeconds, reason: 'seen' } as const
      v.submit(v.operator, action)
      together(v, persons, action)
      together(v, persons, action)
    }
    v.wait(700)
  }
  v.wait(4 * DAY)
}
