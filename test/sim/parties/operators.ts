/** The operator's people: money in and out, halts, references, grades, and what needs two of them. */
import { encode } from '../../../src/kernel/index.ts'
import { command as commandCodec, SLA_PROFILES, type Command } from '../../../src/messages/index.ts'
import { soon } from './buyers.ts'
import type { Cast, Party, World } from './party.ts'

type Act = (world: World, cast: Cast) => Command | null

const ACTS: readonly (readonly [number, Act])[] = [
  [300, deposit],
  [200, settleWithdrawal],
  [40, setStatus],
  [60, setReference],
  [30, setThresholds],
  [100, propose],
  [140, approve],
  [20, alone],
  [20, setOwnerGroup],
  [10, setVerifier],
  [10, openMember],
  [10, again],
  [60, release],
  [20, setSla],
  [40, attachSla],
]

/** One thing that somebody of the operator does now. */
export function operatorActs(world: World, cast: Cast): void {
  const by: Party = world.draw.pick([cast.operator, cast.clerk])
  const command = world.draw.weighted(ACTS)(world, cast)
  if (command !== null) void world.call(by, command)
}

function deposit({ draw }: World, cast: Cast): Command {
  const { account } = draw.pick(cast.buyers)
  const unit = draw.chance(950) ? 1_000_000n : 1n
  const amountMicro = BigInt(draw.between(1, 30)) * unit
  return { kind: 'Deposit', account, asset: 'CNY', amountMicro, reference: 'sim' }
}
function settleWithdrawal({ draw, auditor }: World): Command {
  const waiting = [...auditor.persons.waitingWithdrawals]
  const withdrawal = waiting.length === 0 ? draw.between(1, 5) : draw.pick(waiting)
  return { kind: 'SettleWithdrawal', withdrawal, confirmed: draw.chance(700) }
}
/** A halt is short; what was delisted is listed anew under another name. */
function setStatus({ draw, auditor }: World, cast: Cast): Command {
  const known = [...auditor.market.instruments.values()]
  const halted = known.find((each) => each.status === 'halted')
  if (halted !== undefined && draw.chance(900)) {
    return {
      kind: 'SetInstrumentStatus',
      instrument: halted.instrument,
      status: 'listed',
      reason: '',
    }
  }
  const gone = known.findLast((each) => each.status === 'delisted')
  const isAgain = known.some((each) => each.symbol === `SIM.${gone?.instrument}`)
  if (gone !== undefined && !isAgain) {
    const { instrument: _instrument, status: _status, tick: _tick, ...terms } = gone
    return { ...terms, kind: 'ListInstrument', symbol: `SIM.${gone.instrument}` }
  }
  const status = draw.pick(['listed', 'listed', 'halted', 'halted', 'delisted'] as const)
  return {
    kind: 'SetInstrumentStatus',
    instrument: draw.pick(cast.instruments),
    status,
    reason: '',
  }
}
function setReference({ draw }: World, cast: Cast): Command {
  const instrument = draw.pick(cast.instruments)
  return {
    kind: 'SetReference',
    instrument,
    referenceTicks: draw.between(85, 110),
    bandPpm: 400_000,
  }
}
function setThresholds({ draw }: World, cast: Cast): Command {
  const minimums = [{ metric: 'speed', atLeast: draw.between(20, 150) }]
  return { kind: 'SetGradeThresholds', sku: cast.skus[0]!, thresholds: [{ grade: 'A', minimums }] }
}
function propose(world: World, cast: Cast): Command {
  const { draw } = world
  const action = encode(
    commandCodec,
    draw.pick([
      decision(world) ?? correction(world, cast),
      rules(draw.below(3)),
      forceMajeure(world, cast),
    ]),
  )
  return { kind: 'Propose', action, expiresAtUs: soon(world, 40_000) }
}
function approve({ draw, auditor }: World): Command {
  const { closedProposal } = auditor.persons
  if (draw.chance(50)) return { kind: 'Approve', proposal: Math.max(1, closedProposal) }
  const open = [...auditor.persons.openProposals]
  return { kind: 'Approve', proposal: open.length === 0 ? draw.between(1, 9) : draw.pick(open) }
}
function alone(world: World, cast: Cast): Command {
  return world.draw.pick([decision(world) ?? correction(world, cast), rules(2)])
}
function rules(version: number): Command {
  return { kind: 'ActivateRules', version }
}
/** Money of the operator's own to an account, now and then one that cannot be. */
function correction({ draw }: World, cast: Cast): Command {
  const { account } = draw.pick(cast.buyers)
  const amountMicro = BigInt(draw.between(-2_000_000, 900_000)) * (draw.chance(150) ? 900n : 1n)
  const lost = draw.chance(100) ? 1n : 0n
  const line = (code: number, owner: number, micro: bigint) => {
    return { code, owner, asset: 'CNY', amountMicro: micro }
  }
  const postings = [line(3000, 0, amountMicro), line(2000, account, lost - amountMicro)]
  return { kind: 'PostCorrection', reason: 'simulated', postings }
}
/** Of an open dispute, or of one that is decided; no draw, so that others do not shift. */
function decision({ auditor }: World): Command | null {
  const { open, closedDispute } = auditor.disputes
  const [first] = open.values()
  if (first === undefined && closedDispute === 0) return null
  const { dispute, sellerSeconds, buyerSeconds } = first ?? CLOSED
  const acceptedSeconds = Math.floor((sellerSeconds + buyerSeconds) / 2)
  const what = { dispute: first === undefined ? closedDispute : dispute, acceptedSeconds }
  return { kind: 'ResolveDispute', ...what, reason: 'simulated' }
}
const CLOSED = { dispute: 0, sellerSeconds: 0, buyerSeconds: 0 }
/** What nobody could prevent is known afterwards. */
function forceMajeure({ draw, timeline }: World, cast: Cast): Command {
  const { node } = draw.pick(draw.pick(cast.sellers).nodes)
  const untilUs = Math.floor(timeline.nowUs)
  const fromUs = untilUs - draw.between(60, 1_800) * 1_000_000
  const what = { node, site: null, fromUs, untilUs, reason: 'simulated' }
  return { kind: 'AnnounceMaintenance', ...what, class: 'force_majeure' }
}
/** The next version, or one that was written already. */
function setSla({ draw }: World): Command {
  const version = draw.between(1, 4)
  const profile = { ...SLA_PROFILES.markets, windowMinutes: 60 }
  return { kind: 'SetSla', sla: draw.between(1, 3), version, profile }
}
/** Mostly one that is known: what is opened without a promise is not judged. */
function attachSla({ draw }: World, cast: Cast): Command {
  const sla = draw.weighted<number | null>([
    [800, draw.between(1, 2)],
    [100, 9],
    [100, null],
  ])
  return { kind: 'AttachSla', instrument: draw.pick(cast.instruments), sla }
}
function setOwnerGroup({ draw }: World, cast: Cast): Command {
  const { account } = draw.pick(cast.buyers)
  return { kind: 'SetOwnerGroup', account, ownerGroup: draw.between(1, 9) }
}
function setVerifier(): Command {
  return { kind: 'SetVerifier', user: 1, verifier: 'scrypt-sim' }
}
function openMember({ draw }: World, cast: Cast): Command {
  if (draw.chance(500)) return { kind: 'OpenMember', handle: 'again', roles: ['buyer'] }
  const { member } = draw.pick(cast.buyers)
  return { kind: 'OpenAccount', member, ownerGroup: 0, handle: 'again' }
}
function again(): Command {
  const name = { en: 'again', zh: '再来' }
  return {
    kind: 'DefineSku',
    code: 'sku-0',
    class: 'cpu',
    unit: 'core',
    bundle: BUNDLE,
    name,
  } as const
}
/** What stopped the exchange once may be tried again; now and then something that never did. */
function release({ draw, host }: World): Command {
  const held = host.quarantined()
  if (held.length === 0) {
    if (draw.chance(500)) return { kind: 'ReleaseTimer', timer: 999_999 }
    return { kind: 'ReleaseQuarantine', account: 1, command: 'f'.repeat(32) }
  }
  const { account, command, timer } = draw.pick(held)
  if (timer !== undefined) return { kind: 'ReleaseTimer', timer }
  return { kind: 'ReleaseQuarantine', account, command }
}
const BUNDLE = { cores: 1, memoryMib: 1, diskMib: 0, cards: 0 }
