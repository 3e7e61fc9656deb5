/** Proof of hardware as an auditor keeps it: steps in time, one judgement each, and what it costs. */
import type { ChallengeKind, Event, EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import type { LeaseModel, NodeModel } from './rows.ts'

const ASSESS_MS = 600_000
const HOUR_US = 3_600_000_000
const PPM = 1_000_000n
const KEPT = 8

type Step = 'commit' | 'draw' | 'answer' | 'judge'
export interface ChallengeModel extends EventOf<'ChallengeOpened'> {
  step: Step
  dueUs: number
}
interface NodeProofs {
  readonly failing: Set<ChallengeKind>
  ratios: number[]
}
export interface Known {
  readonly nodes: ReadonlyMap<number, NodeModel>
  readonly leases: ReadonlyMap<number, LeaseModel>
  /** grade of an instrument */
  readonly gradeOf: (instrument: number) => string | undefined
}

export class Proofs {
  readonly open = new Map<number, ChallengeModel>()
  /** the node of every device that is claimed */
  readonly devices = new Map<string, number>()
  readonly #known: Known
  readonly #nodes = new Map<number, NodeProofs>()
  readonly #closed = new Set<number>()
  /** when the last witness of a lease was opened, and what witnesses gave for it */
  readonly #witnessed = new Map<number, { lastUs: number; givenMicro: bigint }>()
  /** what witnesses gave already: each gives its own second once, and what was missing once */
  readonly #given = new Set<string>()
  /** until when the exchange did not run, the last time */
  #awayUs = 0
  /** what the entries of this command gave buyers by the rules of witnesses */
  #posted = 0n

  constructor(known: Known) {
    this.#known = known
  }

  resumed({ toUs }: EventOf<'GapResumed'>): void {
    this.#awayUs = Math.max(this.#awayUs, toUs)
  }

  read(event: Event): void {
    switch (event.kind) {
      case 'DevicesClaimed':
        return this.#claimed(event)
      case 'ChallengeOpened':
        return this.#opened(event)
      case 'ChallengeCommitted':
        return this.#stepped(event, 'commit', event.committedAtUs, event.drawByUs)
      case 'ChallengeDrawn':
        return this.#stepped(event, 'draw', event.drawnAtUs, event.answerByUs)
      case 'ChallengeAnswered':
        return this.#stepped(event, 'answer', event.answeredAtUs, event.judgeByUs)
      case 'ChallengeClosed':
        return this.#over(event)
      case 'NodeDeliverableSet':
        return this.#delivers(event)
      case 'EntryPosted':
        if (!event.rule.startsWith('PRF-')) return
        for (const { amountMicro } of event.postings)
          if (amountMicro < 0n) this.#posted -= amountMicro
        return
      case 'WitnessCredited':
        return this.#credited(event)
      case 'LeaseOpened':
        return this.#sold(event)
      default:
    }
  }

  /** One device, one node. */
  #claimed({ node, devices }: EventOf<'DevicesClaimed'>): void {
    for (const [id, owner] of this.devices) if (owner === node) this.devices.delete(id)
    for (const { idHash } of devices) {
      const owner = this.devices.get(idHash)
      must(owner === undefined, 'device', () => `${idHash} of node ${owner} is node ${node}'s too`)
      this.devices.set(idHash, node)
    }
  }

  #opened(event: EventOf<'ChallengeOpened'>): void {
    const { challenge, node, lease, proof, openedAtUs, commitByUs, commitMs } = event
    const isNew = !this.open.has(challenge) && !this.#closed.has(challenge)
    must(isNew, 'challenge', () => `${challenge} is opened twice`)
    const others = [...this.open.values()].filter((each) => each.node === node)
    const isAlone = !others.some((each) => each.lease === lease)
    must(isAlone, 'challenge', () => `node ${node} has two at a time`)
    const row = this.#known.nodes.get(node)
    const isReady = row !== undefined && row.connected && row.status === 'online'
    must(isReady, 'challenge', () => `${challenge}: node ${node} is not online`)
    must((lease !== null) === (proof === 'witness'), 'challenge', () => `${challenge}: ${proof}`)
    must(commitByUs === openedAtUs + commitMs * 1_000, 'challenge', () => `${challenge}: deadline`)
    if (lease === null) {
      must(row?.leases.size === 0, 'challenge', () => `${challenge}: node ${node} is sold`)
    } else this.#witnessOpened(lease, openedAtUs)
    this.open.set(challenge, { ...event, step: 'commit', dueUs: commitByUs })
  }
  #witnessOpened(lease: number, openedAtUs: number): void {
    const row = this.#known.leases.get(lease)
    const delivers = row !== undefined && row.readyAtUs !== null && row.closedAtUs === null
    must(delivers, 'witness', () => `lease ${lease} does not deliver`)
    const before = this.#witnessed.get(lease)
    const isSoon = before !== undefined && openedAtUs - before.lastUs < HOUR_US
    must(!isSoon, 'witness', () => `lease ${lease} has two within an hour`)
    this.#witnessed.set(lease, { lastUs: openedAtUs, givenMicro: before?.givenMicro ?? 0n })
  }

  #stepped({ challenge }: { challenge: number }, step: Step, atUs: number, dueUs: number): void {
    const row = this.open.get(challenge)
    must(row?.step === step, 'challenge', () => `${challenge}: ${step} at step ${row?.step}`)
    must(atUs < row.dueUs, 'challenge', () => `${challenge}: ${step} at ${atUs} is too late`)
    const milliseconds = step === 'draw' ? row.answerMs : ASSESS_MS
    const isRight = dueUs === atUs + milliseconds * 1_000
    must(isRight, 'challenge', () => `${challenge}: deadline after ${step}`)
    row.step = STEPS[STEPS.indexOf(step) + 1] ?? 'judge'
    row.dueUs = dueUs
  }

  /** Judged in time, or ended by its timer with the right word; never twice. */
  #over(event: EventOf<'ChallengeClosed'>): void {
    const { challenge, node, lease, proof, end, closedAtUs, ratioPpm } = event
    const row = this.open.get(challenge)
    must(row !== undefined, 'challenge', () => `${challenge} is closed twice`)
    this.open.delete(challenge)
    this.#closed.add(challenge)
    const isOver = closedAtUs >= row.dueUs
    const wasAway = this.#awayUs > row.openedAtUs
    if (end === 'passed' || end === 'wrong') {
      must(row.step === 'judge' && !isOver && !wasAway, 'challenge', () => `${challenge}: ${end}`)
    } else if (end === 'void') {
      const isClosed = lease !== null && !PROVIDERS.has(this.#known.leases.get(lease)?.end ?? '')
      const isLazy = isOver && (row.step === 'draw' || row.step === 'judge')
      must(wasAway || isClosed || isLazy, 'challenge', () => `${challenge} is void`)
    } else {
      const isTurn = row.step === (end === 'silent' ? 'commit' : 'answer')
      must(isTurn && isOver && !wasAway, 'challenge', () => `${challenge}: ${end} at ${row.step}`)
    }
    if (end === 'void') return
    this.#learn(event)
    if (proof !== 'witness') return
    const known = this.#nodeOf(node)
    const expected = end === 'passed' ? ratio(event.measured, event.contract) : 0
    must(ratioPpm === expected, 'witness', () => `${challenge}: ${ratioPpm}, known ${expected}`)
    known.ratios = [...known.ratios, expected].slice(-KEPT)
  }
  #learn({ node, proof, end }: EventOf<'ChallengeClosed'>): void {
    const { failing } = this.#nodeOf(node)
    if (end !== 'passed') failing.add(proof)
    else if (proof !== 'witness') {
      failing.delete(proof)
      failing.delete('witness')
    }
  }

  #delivers({ node, deliverablePpm }: EventOf<'NodeDeliverableSet'>): void {
    const sorted = this.#nodeOf(node).ratios.toSorted((a, b) => a - b)
    const middle = sorted[(sorted.length - 1) >> 1]
    must(deliverablePpm === middle, 'witness', () => `node ${node}: ${deliverablePpm}, ${middle}`)
  }

  #credited(event: EventOf<'WitnessCredited'>): void {
    const { lease, ratioPpm, seconds, chargeMicro, timeMicro, penaltyMicro } = event
    const { paidMicro, owedMicro } = event
    const row = this.#known.leases.get(lease)
    const book = this.#witnessed.get(lease)
    must(row !== undefined && book !== undefined, 'witness', () => `lease ${lease} is not known`)
    // 1. The arithmetic: of an hour at most, a second for the witness itself.
    const rate = row.priceMicroPerHour * BigInt(row.units)
    must(seconds <= 3_600, 'witness', () => `lease ${lease}: of ${seconds} seconds`)
    const most = (rate * BigInt(seconds)) / 3_600n
    must(chargeMicro <= most, 'witness', () => `lease ${lease}: ${chargeMicro} of ${most}`)
    const missing = (chargeMicro * (PPM - BigInt(ratioPpm ?? 1_000_000))) / PPM
    must(penaltyMicro === missing, 'witness', () => `lease ${lease}: ${penaltyMicro}, ${missing}`)
    must((ratioPpm ?? 0) < 950_000, 'witness', () => `lease ${lease}: ${ratioPpm} is enough`)
    must(timeMicro <= (rate + 3_599n) / 3_600n, 'witness', () => `lease ${lease}: ${timeMicro}`)
    const gift = `${event.challenge} ${ratioPpm === null ? 'time' : 'missing'}`
    must(!this.#given.has(gift), 'witness', () => `lease ${lease}: ${gift} is given twice`)
    this.#given.add(gift)
    // 2. The money: never more than the lease can have cost.
    const isWhole = paidMicro + owedMicro === timeMicro + penaltyMicro
    must(isWhole && paidMicro === this.#posted, 'witness', () => `lease ${lease}: ${paidMicro}`)
    this.#posted = 0n
    book.givenMicro += paidMicro + owedMicro
    const cost = (rate * BigInt(row.funded)) / 3_600n
    must(book.givenMicro <= cost, 'witness', () => `lease ${lease}: ${book.givenMicro} of ${cost}`)
  }

  /** What failed is not sold as graded. */
  #sold({ node, instrument, lease }: EventOf<'LeaseOpened'>): void {
    const isBarred = (this.#nodes.get(node)?.failing.size ?? 0) > 0
    const isGraded = this.#known.gradeOf(instrument) !== 'U'
    must(!isBarred || !isGraded, 'challenge', () => `lease ${lease}: node ${node} is barred`)
  }
  #nodeOf(node: number): NodeProofs {
    let known = this.#nodes.get(node)
    if (known === undefined) this.#nodes.set(node, (known = { failing: new Set(), ratios: [] }))
    return known
  }
}

/** Ends of leases that are the provider's fault, and `''` of one that is not closed. */
const PROVIDERS: ReadonlySet<string> = new Set([
  '',
  'START_TIMEOUT',
  'START_FAILED',
  'RECLAIMED',
  'PROVIDER_SHUTDOWN',
  'NODE_LOST',
])

const STEPS: readonly Step[] = ['commit', 'draw', 'answer', 'judge']

function ratio(measured: number, contract: number): number {
  const share = (BigInt(measured) * PPM) / BigInt(contract)
  return Number(share > PPM ? PPM : share)
}
