/** What the steps of a challenge do, and what follows when it is over (rules PRF-001 to PRF-009). */
import { concatBytes, fromHex, putU32, sha256Hex, US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type ChallengeEnd, type CommandOf } from '../../messages/index.ts'
import type { ChallengeRow } from '../challenges/rows.ts'
import type { Context } from '../context.ts'
import { endReport } from '../evaluation/assess.ts'
import { creditMissing, creditTime, forgetWitnesses, ratioOf } from './witness-credit.ts'
import type { Desks } from './world.ts'

const ASSESS_US = LIMITS.assessSeconds * US_PER_SECOND

/** A device that the node gives up may be in another machine now: the report ends (rule PRF-002). */
export function claimDevices(x: Desks, ctx: Context, c: CommandOf<'ClaimDevices'>): void {
  const { node, devices } = c
  const before = x.challenges.proof(node)?.devices ?? []
  const now = new Set(devices.map(({ idHash }) => idHash))
  x.challenges.claim(node, devices)
  ctx.emit({ ...c, kind: 'DevicesClaimed' })
  if (before.some(({ idHash }) => !now.has(idHash))) endReport(x, ctx, node)
}

export function openChallenge(x: Desks, ctx: Context, c: CommandOf<'OpenChallenge'>): void {
  open(x, ctx, { ...c, account: ctx.account, audit: null })
  if (c.lease === null) return
  const { readyAtUs } = x.delivery.leases.must(c.lease)
  x.challenges.witnessOf(c.lease, readyAtUs ?? ctx.timeUs).lastUs = ctx.timeUs
}

/** All unsold nodes of a provider that are online, with no challenge open. */
export function unsoldNodes(x: Desks, account: number): number[] {
  return x.catalog.nodesOf(account).flatMap(({ node }) => {
    const isFree = x.delivery.leasesOn(node).length === 0 && x.challenges.openOf(node).length === 0
    return isFree && x.catalog.facts.isReady(node) ? [node] : []
  })
}

/** One machine cannot do the work of several in the time of one (rule PRF-006). */
export function openAudit(x: Desks, ctx: Context, c: CommandOf<'OpenAudit'>): void {
  const audit = x.challenges.nextAudit()
  const nodes = unsoldNodes(x, c.account)
  const { kind: _kind, ...task } = c
  ctx.emit({ kind: 'AuditOpened', audit, assessor: ctx.account, ...task, nodes: nodes.length })
  for (const node of nodes) {
    const seed = seedFor(c.seed, node)
    open(x, ctx, { ...task, account: ctx.account, node, lease: null, audit, seed })
  }
}

export function commitChallenge(x: Desks, ctx: Context, c: CommandOf<'CommitChallenge'>): void {
  const row = x.challenges.challenges.must(c.challenge)
  row.root = c.root
  row.work = c.work
  row.committedAtUs = ctx.timeUs
  advance(x, row, 'draw', ctx.timeUs + ASSESS_US)
  const { node, committedAtUs, dueUs: drawByUs } = row
  ctx.emit({ ...c, kind: 'ChallengeCommitted', node, committedAtUs, drawByUs })
  // Its own second is the buyer's, whatever the verdict will be.
  creditTime(x, ctx, row)
}

export function drawChallenge(x: Desks, ctx: Context, c: CommandOf<'DrawChallenge'>): void {
  const row = x.challenges.challenges.must(c.challenge)
  row.draw = c.draw
  row.drawnAtUs = ctx.timeUs
  advance(x, row, 'answer', ctx.timeUs + row.answerMs * 1_000)
  const { node, drawnAtUs, dueUs: answerByUs } = row
  ctx.emit({ ...c, kind: 'ChallengeDrawn', node, drawnAtUs, answerByUs })
}

export function answerChallenge(x: Desks, ctx: Context, c: CommandOf<'AnswerChallenge'>): void {
  const row = x.challenges.challenges.must(c.challenge)
  row.answerDigest = c.answerDigest
  row.answeredAtUs = ctx.timeUs
  advance(x, row, 'judge', ctx.timeUs + ASSESS_US)
  const { node, answeredAtUs, dueUs: judgeByUs } = row
  ctx.emit({ ...c, kind: 'ChallengeAnswered', node, answeredAtUs, judgeByUs })
}

export function judgeChallenge(x: Desks, ctx: Context, c: CommandOf<'JudgeChallenge'>): void {
  const row = x.challenges.challenges.must(c.challenge)
  row.measured = c.measured
  row.contract = c.contract
  close(x, ctx, row, wasAway(x, row) ? 'void' : c.verdict)
}

const IF_TOO_LATE = { commit: 'silent', draw: 'void', answer: 'late', judge: 'void' } as const

/** Timer `challenge_deadline`: whose turn it was did not take it. */
export function challengeOver(x: Desks, ctx: Context, challenge: number): void {
  const row = x.challenges.challenges.must(challenge)
  const { step } = row
  if (step === 'closed') return
  const isVoid = wasAway(x, row) || hasEnded(x, row)
  close(x, ctx, row, isVoid ? 'void' : IF_TOO_LATE[step])
}

/** Over for good: what it says of the node follows in the same command. */
function close(x: Desks, ctx: Context, row: ChallengeRow, end: ChallengeEnd): void {
  tellClosed(x, ctx, row, end)
  if (end !== 'void') conclude(x, ctx, row, end)
  if (row.lease !== null) forgetWitnesses(x, row.lease)
}

function tellClosed(x: Desks, ctx: Context, row: ChallengeRow, end: ChallengeEnd): void {
  const { challenge, node, lease, proof, measured, contract, openedAtUs } = row
  x.timers.cancel(row.timer)
  row.timer = 0
  row.step = 'closed'
  row.end = end
  row.closedAtUs = ctx.timeUs
  row.ratioPpm = ratioOf(row)
  x.challenges.close(row)
  const { ratioPpm } = row
  const what = { challenge, node, lease, proof, end, measured, contract, ratioPpm }
  ctx.emit({ kind: 'ChallengeClosed', ...what, openedAtUs, closedAtUs: ctx.timeUs })
}

/** What a challenge that is not void does (rules PRF-007 to PRF-011). */
function conclude(x: Desks, ctx: Context, row: ChallengeRow, end: ChallengeEnd): void {
  const { node, proof, ratioPpm } = row
  // 1. The buyer of a witnessed lease.
  if (ratioPpm !== null) creditMissing(x, ctx, row, ratioPpm)
  // 2. The node: what it may be sold as from now on.
  const isNew = ratioPpm !== null && x.challenges.addRatio(node, ratioPpm)
  if (isNew) {
    const deliverablePpm = x.challenges.deliverablePpm(node) ?? 0
    ctx.emit({ kind: 'NodeDeliverableSet', node, deliverablePpm })
  }
  if (end === 'passed') {
    x.challenges.passed(node, proof, ctx.timeUs)
    x.regrade(ctx, [node])
    return
  }
  x.challenges.failed(node, proof, ctx.timeUs)
  endReport(x, ctx, node)
}

type Opening = Pick<
  ChallengeRow,
  'account' | 'node' | 'lease' | 'audit' | 'proof' | 'seed' | 'size' | 'commitMs' | 'answerMs'
>

function open(x: Desks, ctx: Context, c: Opening): void {
  const { account, node, lease, audit, proof, seed, size, commitMs, answerMs } = c
  const what = { account, node, lease, audit, proof, seed, size, commitMs, answerMs }
  const row = x.challenges.open(what, ctx.timeUs, ctx.timeUs + commitMs * 1_000)
  advance(x, row, 'commit', row.dueUs)
  const { challenge, openedAtUs, dueUs: commitByUs } = row
  ctx.emit({ kind: 'ChallengeOpened', challenge, ...what, openedAtUs, commitByUs })
}

function advance(x: Desks, row: ChallengeRow, step: ChallengeRow['step'], dueUs: number): void {
  x.timers.cancel(row.timer)
  row.step = step
  row.dueUs = dueUs
  row.timer = x.timers.schedule(dueUs, 'challenge_deadline', row.challenge)
}

/** What the exchange's clock says of a time in which it did not run is nobody's fault. */
function wasAway(x: Desks, { openedAtUs }: ChallengeRow): boolean {
  return x.sla.gaps().some(({ untilUs }) => untilUs > openedAtUs)
}

/**
 * A lease that is over has nothing inside which a witness could run; but who ends it for that reason is
 * silent all the same.
 */
function hasEnded(x: Desks, { lease }: ChallengeRow): boolean {
  if (lease === null) return false
  const row = x.delivery.leases.get(lease)
  return row === undefined || (row.closedAtUs !== null && row.fault !== 'provider')
}

/** No node of an audit can use another's work. */
function seedFor(seed: string, node: number): string {
  const own = new Uint8Array(4)
  putU32(own, 0, node)
  return sha256Hex(concatBytes(fromHex(seed), own))
}
