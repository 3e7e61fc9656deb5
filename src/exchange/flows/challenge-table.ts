/** Proof of hardware: who may take which step, and when (rules PRF-001 to PRF-006). */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { ChallengeRow } from '../challenges/rows.ts'
import type { Actor } from '../context.ts'
import { daemonOf } from '../delivery/rules.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { suspendedAtUs } from '../delivery/suspensions.ts'
import type { Rule } from '../rule.ts'
import {
  answerChallenge,
  claimDevices,
  commitChallenge,
  drawChallenge,
  judgeChallenge,
  openAudit,
  openChallenge,
  unsoldNodes,
} from './challenges.ts'
import type { Desks } from './world.ts'

type Kinds =
  | 'ClaimDevices'
  | 'OpenChallenge'
  | 'CommitChallenge'
  | 'DrawChallenge'
  | 'AnswerChallenge'
  | 'JudgeChallenge'
  | 'OpenAudit'
type Task = Pick<CommandOf<'OpenAudit'>, 'size' | 'commitMs' | 'answerMs'>
type Named = { readonly challenge: number }

export const challengeTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  ClaimDevices: {
    scope: 'provide',
    checks: [(x, actor, c) => daemonOf(x, actor, c.node), (x, _actor, c) => checkDevices(x, c)],
    apply: claimDevices,
  },
  OpenChallenge: {
    scope: 'evaluate',
    checks: [isAssessor, checkTarget, (_x, _actor, c) => checkTask(c), checkReady],
    apply: openChallenge,
  },
  CommitChallenge: {
    scope: 'provide',
    checks: [ownStep('commit'), (_x, _actor, c) => fieldUnless(c.work > 0, 'work', AT_LEAST_ONE)],
    apply: commitChallenge,
  },
  DrawChallenge: {
    scope: 'evaluate',
    checks: [isAssessor, openedStep('draw')],
    apply: drawChallenge,
  },
  AnswerChallenge: { scope: 'provide', checks: [ownStep('answer')], apply: answerChallenge },
  JudgeChallenge: {
    scope: 'evaluate',
    checks: [isAssessor, openedStep('judge'), checkMeasured],
    apply: judgeChallenge,
  },
  OpenAudit: {
    scope: 'evaluate',
    checks: [
      isAssessor,
      (x, _actor, { account }) =>
        x.members.account(account) === undefined
          ? refuse('NOT_FOUND', { what: 'account', id: account })
          : null,
      (_x, _actor, c) => fieldUnless(c.proof !== 'witness', 'proof', 'a witness is in a lease'),
      (_x, _actor, c) => checkTask(c),
      (x, actor, { account }) => checkIndependent(x, actor, [account]),
      (x, _actor, { account }) =>
        unsoldNodes(x, account).length > 0 ? null : refuse('AUDIT_EMPTY', { account }),
    ],
    apply: openAudit,
  },
}

const AT_LEAST_ONE = 'it must be at least 1'
const WITNESS_US = LIMITS.witnessSeconds * US_PER_SECOND

/** Rule PRF-001: each device once, and no other node's. */
function checkDevices(x: Desks, c: CommandOf<'ClaimDevices'>): Refusal | null {
  const ids = new Set(c.devices.map(({ idHash }) => idHash))
  const twice = fieldUnless(ids.size === c.devices.length, 'devices', 'each may be named once')
  if (twice !== null) return twice
  for (const { idHash: id } of c.devices) {
    const node = x.challenges.claimant(id)
    if (node !== undefined && node !== c.node) return refuse('DEVICE_CLAIMED', { id, node })
  }
  return null
}

function isAssessor(x: Desks, actor: Actor): Refusal | null {
  return x.members.hasRole(actor.account, 'assessor') ? null : refuse('FORBIDDEN')
}

/** The node and the lease are there, and of other owners (rule PRF-004). */
function checkTarget(x: Desks, actor: Actor, c: CommandOf<'OpenChallenge'>): Refusal | null {
  const node = x.catalog.node(c.node)
  if (node === undefined) return refuse('NOT_FOUND', { what: 'node', id: c.node })
  const isPlaced = (c.proof === 'witness') === (c.lease !== null)
  if (!isPlaced) return fieldUnless(false, 'lease', 'a witness is in a lease')
  if (c.lease === null) return checkIndependent(x, actor, [node.account])
  const lease = x.delivery.leases.get(c.lease)
  if (lease === undefined || lease.node !== c.node) {
    return refuse('NOT_FOUND', { what: 'lease', id: c.lease })
  }
  return checkIndependent(x, actor, [node.account, lease.buyAccount])
}

function checkIndependent(x: Desks, actor: Actor, parties: readonly number[]): Refusal | null {
  const group = x.members.ownerGroupOf(actor.account)
  const isParty = parties.some((account) => x.members.ownerGroupOf(account) === group)
  return isParty ? refuse('ASSESSOR_PARTY') : null
}

function checkTask({ size, commitMs, answerMs }: Task): Refusal | null {
  const most = LIMITS.challengeMs
  const range = `it must be 1 to ${most}`
  return (
    fieldUnless(size > 0, 'size', AT_LEAST_ONE) ??
    fieldUnless(commitMs >= 1 && commitMs <= most, 'commitMs', range) ??
    fieldUnless(answerMs >= 1 && answerMs <= most, 'answerMs', range)
  )
}

/** A whole node only while nobody has bought of it, a lease only while it delivers (rule PRF-003). */
function checkReady(x: Desks, actor: Actor, c: CommandOf<'OpenChallenge'>): Refusal | null {
  const why = whyNot(x, actor, c)
  return why === null ? null : refuse('CHALLENGE_REFUSED', { node: c.node, why })
}
function whyNot(x: Desks, actor: Actor, c: CommandOf<'OpenChallenge'>): string | null {
  if (!x.catalog.facts.isReady(c.node)) return 'it is not online'
  if (x.challenges.openOf(c.node).some(({ lease }) => lease === c.lease)) {
    return 'another challenge is open'
  }
  if (c.lease === null) return x.delivery.leasesOn(c.node).length === 0 ? null : 'it is sold'
  const lease: LeaseRow = x.delivery.leases.must(c.lease)
  const isHalted = suspendedAtUs(x.delivery, x.delivery.allocations.must(lease.allocation)) !== null
  if (lease.status !== 'delivering' || isHalted) return 'the lease does not deliver'
  const last = x.challenges.witness(c.lease)?.lastUs
  const isSoon = last !== undefined && actor.timeUs < last + WITNESS_US
  return isSoon ? 'one witness an hour' : null
}

/** The node's own key takes the step in its time; others see no challenge. */
function ownStep(step: ChallengeRow['step']) {
  return (x: Desks, actor: Actor, { challenge }: Named): Refusal | null => {
    const row = x.challenges.challenges.get(challenge)
    if (row === undefined || daemonOf(x, actor, row.node) !== null) return unknown(challenge)
    return checkStep(actor, row, step)
  }
}
/** The assessor who opened it takes the step in its time. */
function openedStep(step: ChallengeRow['step']) {
  return (x: Desks, actor: Actor, { challenge }: Named): Refusal | null => {
    const row = x.challenges.challenges.get(challenge)
    if (row === undefined || row.account !== actor.account) return unknown(challenge)
    return checkStep(actor, row, step)
  }
}

const unknown = (id: number) => refuse('NOT_FOUND', { what: 'challenge', id })

/** Its timer closes it; what comes in the same instant or before the timer fired is late too (PRF-005). */
function checkStep(actor: Actor, row: ChallengeRow, step: ChallengeRow['step']): Refusal | null {
  if (row.step === step && actor.timeUs < row.dueUs) return null
  return refuse('CHALLENGE_CLOSED', { id: row.challenge, step: row.step })
}

function checkMeasured(x: Desks, _actor: Actor, c: CommandOf<'JudgeChallenge'>): Refusal | null {
  const { proof } = x.challenges.challenges.must(c.challenge)
  const isNeeded = proof === 'witness' && c.verdict === 'passed'
  return fieldUnless(!isNeeded || c.contract > 0, 'contract', AT_LEAST_ONE)
}
