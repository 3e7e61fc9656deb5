/** A venue in which a buyer counts too, and two persons of the operator decide. */
import { encode } from '../../src/kernel/index.ts'
import {
  command as commandCodec,
  type Command,
  type DisputeView,
  type Event,
  type Queries,
} from '../../src/messages/index.ts'
import { meter, start } from './daemon.ts'
import { issueKey, only, type Party, type Venue } from './venue.ts'

/** What the buyer counted of a lease, now. */
export function counts(
  v: Venue,
  lease: number,
  coveredSeconds: number,
  by: Party = v.buyer,
): Event[] {
  return v.done(by, reading(lease, coveredSeconds))
}
export function reading(lease: number, coveredSeconds: number, cpuUs: number | null = null) {
  const evidence = 'ab'.repeat(32)
  return { kind: 'ReportBuyerMeter', lease, coveredSeconds, cpuUs, evidence } as const
}

/**
 * A lease of so many seconds that has ended: every minute both report, the seller all of it, the
 * buyer only up to its own count. Returns the events of the final bill.
 */
export function meteredLease(
  v: Venue,
  seconds: number,
  buyerSeconds: number,
): { readonly lease: number; readonly allocation: number; readonly events: Event[] } {
  const at = start(v)
  for (let clock = 0; clock < seconds;) {
    const step = Math.min(60, seconds - clock)
    v.wait(step)
    clock += step
    meter(v, [{ lease: at.lease, coveredSeconds: clock }])
    counts(v, at.lease, Math.min(clock, buyerSeconds))
  }
  v.done(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
  const events = meter(v, [{ lease: at.lease, coveredSeconds: seconds, final: true }])
  return { ...at, events }
}

/** What a question about disputes is answered; everybody's, decided or not, where nothing else is said. */
export function disputesOf(
  v: Venue,
  args: Partial<Queries['disputes']['args']>,
): readonly DisputeView[] {
  const all = { account: null, side: null, open: null, before: null, limit: 1_000 }
  return v.exchange.answers.disputes({ ...all, ...args })
}

/** The operator's first person, and a second one with a key of its own. */
export function twoPersons(v: Venue): readonly [Party, Party] {
  const { member, account } = v.operator
  const added = v.done(v.operator, { kind: 'AddUser', member, handle: 'second', verifier: null })
  const { user } = only(added, 'UserAdded')
  return [v.operator, { ...v.operator, key: issueKey(v, account, ['admin'], { user }) }]
}

/** One proposes, the other approves; the events of the action, or the code of its refusal. */
export function together(
  v: Venue,
  [one, other]: readonly [Party, Party],
  action: Command,
): Event[] | string {
  const expiresAtUs = v.timeUs + 3_600_000_000
  const proposed = v.done(one, {
    kind: 'Propose',
    action: encode(commandCodec, action),
    expiresAtUs,
  })
  const { proposal } = only(proposed, 'ProposalMade')
  const { refusal, events } = v.submit(other, { kind: 'Approve', proposal })
  return refusal?.code ?? events
}
