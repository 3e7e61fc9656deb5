/** Buyers, a seller with two nodes, and every way to trade and deliver, in an order that a seed gives. */
import { Prng } from '../../src/kernel/index.ts'
import type { CommandOf } from '../../src/messages/index.ts'
import { report } from '../scenarios/daemon.ts'
import {
  addNode,
  buy,
  daemon,
  deposit,
  openParty,
  type Party,
  type Venue,
} from '../scenarios/venue.ts'

const STEPS = 500
const WORKLOAD = { specDigest: 'ab'.repeat(32), closeAllocation: false }

export function marketFlow(v: Venue): void {
  const rng = new Prng(20_261_127)
  // The first node's daemon never answers: what is bought there does not start.
  const dear = { priceTicks: 130, maxUnits: 64, untilUs: null }
  v.done(v.seller, { kind: 'SetOffer', node: v.node, sku: v.sku, ...dear })
  addNode(v, { cores: 3, priceTicks: 110 })
  const other = openParty(v, 'buyer', ['read', 'trade', 'deliver', 'keys'])
  deposit(v, other, 5_000_000n)
  const steps = [trade, trade, trade, change, offer, run, give, wait]
  for (let step = 0; step < STEPS; step++) {
    const who = rng.below(3) === 0 ? other : v.buyer
    steps[rng.below(steps.length)]?.(v, rng, who)
    // A daemon speaks often: most of what was bought starts in time.
    if (rng.below(3) > 0) deliver(v, rng)
  }
  v.submit(v.buyer, { kind: 'CancelAll', instrument: null })
  v.wait(7_200)
}

function trade(v: Venue, rng: Prng, who: Party): void {
  const shapes: Partial<CommandOf<'PlaceOrder'>>[] = [
    { timeInForce: 'GTC' },
    { timeInForce: 'IOC' },
    { timeInForce: 'FOK', allOrNone: true },
    { timeInForce: 'GTD', expiresAtUs: v.timeUs + 90_000_000 },
    { timeInForce: 'GTC', postOnly: true },
    { timeInForce: 'IOC', type: 'market_to_limit', priceTicks: null },
    { colocate: true, standing: true, timeInForce: 'GTC' },
    { workload: WORKLOAD, retryTicks: 140, durationSeconds: 600 },
    {
      capMicro: BigInt(rng.below(200_000)),
      horizonSeconds: 600,
      clientOrderId: `c${rng.below(9)}`,
    },
  ]
  const priceTicks = 70 + rng.below(70)
  const shape = shapes[rng.below(shapes.length)]
  v.submit(who, buy(v, { units: 1 + rng.below(4), priceTicks, ...shape }))
}

function change(v: Venue, rng: Prng, who: Party): void {
  const open = v.exchange.answers.openOrders({ account: who.account })
  const order = open[rng.below(Math.max(open.length, 1))]?.order ?? 999_999
  const kinds = [
    { kind: 'AmendOrder', order, units: 1 + rng.below(5), priceTicks: 70 + rng.below(60) },
    { kind: 'AmendOrder', order, units: null, priceTicks: 90 },
    { kind: 'CancelOrder', order },
    { kind: 'CancelAfter', timeoutSeconds: rng.below(2) * 30 },
  ] as const
  v.submit(who, kinds[rng.below(kinds.length)] ?? kinds[0])
}

function offer(v: Venue, rng: Prng): void {
  const { node, sku } = v
  if (rng.below(4) === 0) v.submit(v.seller, { kind: 'WithdrawOffer', node, sku })
  const priceTicks = 80 + rng.below(40)
  const untilUs = rng.below(3) === 0 ? v.timeUs + 3_600_000_000 : null
  v.submit(v.seller, { kind: 'SetOffer', node, sku, priceTicks, maxUnits: rng.below(5), untilUs })
}

/** The daemon of the second node: starts, fails, measures. */
function deliver(v: Venue, rng: Prng): void {
  const by = daemon(v)
  const abilities = v.exchange.lastSeq % 5 === 0 ? [] : (['suspend'] as const)
  v.submit(by, { kind: 'ReportAbilities', node: v.node, abilities: [...abilities] })
  const leases = () => v.exchange.answers.assignments({ node: v.node })
  for (const { lease: view, nonce } of leases()) {
    const { lease, status } = view
    if (status === 'matched' && rng.below(6) === 0) {
      v.submit(by, { kind: 'ReportStartProgress', lease, bytesDone: 10, bytesTotal: 100 })
    } else if (status === 'matched' && rng.below(5) === 0) {
      const fault = rng.below(2) === 0 ? 'buyer' : 'provider'
      v.submit(by, { kind: 'ReportStartFailure', lease, fault, detail: 'no image' })
    } else if (status === 'matched') v.submit(by, { kind: 'ReportReady', lease, nonce })
  }
  const readings = leases()
    .filter(({ lease }) => lease.readyAtUs !== null)
    .map(({ lease: { lease, readyAtUs } }) => {
      const coveredSeconds = Math.floor((v.timeUs - (readyAtUs ?? 0)) / 1_000_000)
      return { lease, coveredSeconds, cpuUs: coveredSeconds * 900_000, memoryPeakMib: 64 }
    })
  if (readings.length > 0) v.submit(by, report(v, readings))
}

/** Programs on what was bought, to their ends. */
function run(v: Venue, rng: Prng, who: Party): void {
  const { answers } = v.exchange
  for (const { allocation } of answers.allocations({ account: who.account, open: true })) {
    if (rng.below(3) === 0) v.submit(who, { kind: 'StartWorkload', allocation, ...WORKLOAD })
    const durationSeconds = rng.below(2) === 0 ? null : 900
    if (rng.below(6) === 0) v.submit(who, { kind: 'SetDuration', allocation, durationSeconds })
    const ticks = allocation % 4 === 0 ? null : 150
    if (allocation % 3 === 0) v.submit(who, { kind: 'AskReplacement', allocation, ticks })
    if (allocation % 3 !== 0) v.submit(who, { kind: 'SuspendAllocation', allocation })
    if (allocation % 2 === 1) v.submit(who, { kind: 'ResumeAllocation', allocation })
  }
  for (const { workload } of answers.workloads({ account: who.account, open: true })) {
    if (rng.below(4) === 0) v.submit(who, { kind: 'StopWorkload', workload, graceSeconds: 10 })
    v.submit(who, { kind: 'OpenTunnel', workload, tunnel: 'port', port: 8_080 })
    const none = { logDigest: null, outputDigest: null }
    const running = { status: 'running', exitCode: null, end: null, ...none } as const
    const done = { status: 'done', exitCode: 0, end: 'EXITED', ...none } as const
    const word = rng.below(2) === 0 ? running : done
    v.submit(daemon(v), { kind: 'ReportWorkload', workload, ...word })
  }
}

function give(v: Venue, rng: Prng, who: Party): void {
  const open = v.exchange.answers.allocations({ account: who.account, open: true })
  const allocation = open[rng.below(Math.max(open.length, 1))]?.allocation ?? 999_999
  if (rng.below(3) > 0) v.submit(who, { kind: 'CloseAllocation', allocation })
  else v.submit(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'maintenance' })
}

function wait(v: Venue, rng: Prng): void {
  v.wait([1, 20, 61, 130, 700, 1_500][rng.below(6)] ?? 1)
  if (rng.below(3) > 0) return
  v.submit(null, { kind: 'ReportContact', node: v.node, connected: rng.below(2) === 0 })
}
