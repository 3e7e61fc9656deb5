/**
 * An honest assessor, and nodes that lie to it: some are silent, late or wrong, deliver too little, or
 * claim another's devices. What a challenge meets follows from its number, so that who looks again
 * sees the same story.
 */
import type { ChallengeKind, Command } from '../../../src/messages/index.ts'
import type { ChallengeModel } from '../auditor/proofs.ts'
import type { Draw } from '../draw.ts'
import type { Cast, Machine, Party, World } from './party.ts'

const US_PER_SECOND = 1_000_000
const ROOT = 'aa'.repeat(32)

type Conduct = 'honest' | 'silent' | 'after-deadline' | 'late' | 'wrong' | 'slow' | 'unjudged'
const CONDUCTS: readonly Conduct[] = [
  'honest',
  'slow',
  'honest',
  'silent',
  'honest',
  'wrong',
  'honest',
  'late',
  'honest',
  'after-deadline',
  'slow',
  'unjudged',
]

export class Assessors {
  readonly #world: World
  readonly #draw: Draw
  readonly #cast: Cast
  /** steps that were sent, whose fate is not known */
  readonly #sent = new Set<string>()
  isOver = false

  /** `draw` is its own: what it leaves to chance moves nobody else's. */
  constructor(world: World, draw: Draw, cast: Cast) {
    this.#world = world
    this.#draw = draw
    this.#cast = cast
    this.#lookLater()
  }

  #lookLater(): void {
    const seconds = this.#draw.between(1, 8)
    this.#world.timeline.after(seconds * US_PER_SECOND, () => {
      if (this.isOver) return
      this.#lookLater()
      for (const row of this.#world.auditor.proofs.open.values()) this.#step(row)
      if (this.#draw.chance(250)) this.#begin()
    })
  }

  /** Something new: a claim, a challenge, an audit. */
  #begin(): void {
    const draw = this.#draw
    const machine = draw.pick(draw.pick(this.#cast.sellers).nodes)
    const what = draw.weighted<'claim' | 'open' | 'witness' | 'audit'>([
      [25, 'claim'],
      [35, 'open'],
      [35, 'witness'],
      [10, 'audit'],
    ])
    if (what === 'claim') return this.#claim(machine)
    const by = draw.chance(60) ? this.#cast.partial : this.#cast.prober
    const proof = what === 'witness' ? 'witness' : draw.pick(['matrix', 'memory'] as const)
    if (what === 'audit') {
      const { account } = machine.seller
      const audit = { kind: 'OpenAudit', account, ...this.#task(proof) } as const
      void this.#world.call(by, audit)
      // Nobody is left for a second one at once.
      if (draw.chance(300)) void this.#world.call(by, audit)
      return
    }
    const lease = what === 'witness' ? this.#deliveringOn(machine.node) : null
    if (what === 'witness' && lease === null) return
    const open = { kind: 'OpenChallenge', node: machine.node, lease, ...this.#task(proof) } as const
    void this.#world.call(by, open)
  }
  #task(proof: ChallengeKind) {
    const draw = this.#draw
    const seed = draw.below(1_000_000).toString(16).padStart(64, '5')
    const commitMs = draw.between(20, 120) * 1_000
    return { proof, seed, size: draw.between(1, 512), commitMs, answerMs: 30_000 }
  }
  #deliveringOn(node: number): number | null {
    const { capacity, leases } = this.#world.auditor
    const open = [...(capacity.nodes.get(node)?.leases ?? [])].filter((id) => {
      const row = leases.leases.get(id)
      return row !== undefined && row.readyAtUs !== null && row.closedAtUs === null
    })
    return open.length === 0 ? null : this.#draw.pick(open)
  }

  /** Its own two devices; now and then one of them is another node's, or sold. */
  #claim({ node, key, seller }: Machine): void {
    const draw = this.#draw
    const ids = draw.chance(150) ? [node * 2, node * 2 + 2] : [node * 2, node * 2 + 1]
    const devices = ids.slice(0, draw.chance(850) ? 2 : 1).map((id) => ({
      kind: 'machine' as const,
      idHash: id.toString(16).padStart(64, 'd'),
      model: 'simulated',
    }))
    void this.#world.call({ ...seller, key }, { kind: 'ClaimDevices', node, devices })
  }

  /** Whose turn it is takes it, as its conduct is. */
  #step({ challenge, node, account, step, dueUs, openedAtUs, proof }: ChallengeModel): void {
    const { nowUs } = this.#world.timeline
    const conduct = CONDUCTS[challenge % CONDUCTS.length] ?? 'honest'
    this.#met(challenge, conduct)
    const machine = this.#cast.sellers.flatMap(({ nodes }) => nodes).find((m) => m.node === node)
    if (machine === undefined) return
    const daemon = { ...machine.seller, key: machine.key }
    const assessor = account === this.#cast.partial.account ? this.#cast.partial : this.#cast.prober
    if (step === 'commit') {
      const isLate = nowUs >= dueUs - 2 * US_PER_SECOND
      if (conduct === 'silent' || (conduct === 'after-deadline' && !isLate)) return
      if (nowUs - openedAtUs < (challenge % 7) * US_PER_SECOND) return
      void this.#send(step, daemon, { kind: 'CommitChallenge', challenge, root: ROOT, work: 1_000 })
    } else if (step === 'draw') {
      void this.#send(step, assessor, { kind: 'DrawChallenge', challenge, draw: 'bb'.repeat(32) })
    } else if (step === 'answer') {
      if (conduct === 'late') return
      void this.#send(step, daemon, { kind: 'AnswerChallenge', challenge, answerDigest: ROOT })
    } else if (conduct !== 'unjudged') {
      const verdict = conduct === 'wrong' ? 'wrong' : 'passed'
      const share = conduct === 'slow' ? 300 + (challenge % 640) : 930 + (challenge % 100)
      const measured = proof === 'witness' ? share : 1_000
      const judge = {
        kind: 'JudgeChallenge',
        challenge,
        verdict,
        measured,
        contract: 1_000,
      } as const
      void this.#send(step, assessor, judge)
    }
  }
  /** Counts what is not as it should be, once. */
  #met(challenge: number, conduct: Conduct): void {
    const what = `${challenge} conduct`
    if (conduct === 'honest' || this.#sent.has(what)) return
    this.#sent.add(what)
    const fault = conduct === 'unjudged' ? 'assessor-judges-not' : `node-is-${conduct}`
    this.#world.counts.add('fault', fault)
  }
  /** Nobody knows whether a lost one arrived: it is sent again, and must not count twice. */
  async #send(
    step: string,
    by: Party,
    command: Command & { readonly challenge: number },
  ): Promise<void> {
    const what = `${command.challenge} ${step}`
    if (this.#sent.has(what)) return
    this.#sent.add(what)
    if ((await this.#world.call(by, command)) === null) this.#sent.delete(what)
  }
}
