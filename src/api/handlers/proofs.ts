/** Proof of hardware: devices, challenges of machines, what came of them. Reading is public. */
import { LIMITS, type ChallengeView, type PageArgs } from '../../messages/index.ts'
import { ANSWER_BYTES } from '../../kernel/index.ts'
import {
  idOf,
  toChallenge,
  toNodeProofs,
  type EndpointGroups,
  type Endpoints,
} from '../../wire/index.ts'
import { challengeTargets } from '../challenge-targets.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { mustNumber, numberOrNull, pageArgs, toPage } from '../inputs.ts'
import { openObject, storeBody } from '../objects.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { eventOf, eventsOf, submit, written } from '../submit.ts'
import { mustOwnNode } from './agent.ts'
import { mustAssess } from './sla.ts'

export function proofHandlers(services: Services): Pick<Handlers, EndpointGroups['proofs']> {
  return { ...reading(services), ...assessing(services), ...proving(services) }
}

type Reading = 'listChallenges' | 'listDevices' | 'getChallenge' | 'getAnswer'
type Proving = 'claimDevices' | 'commitChallenge' | 'answerChallenge'
type Assessing = Exclude<EndpointGroups['proofs'], Reading | Proving>

function reading(services: Services): Pick<Handlers, Reading> {
  const { door } = services
  return {
    listChallenges: async ({ params, query }) => {
      const node = mustNumber('node', params.node_id)
      const proof = await door.ask('proof', { node })
      if (proof === null) throw refused('NOT_FOUND', { what: 'node', id: params.node_id })
      const rows = await challengesOf(services, node, pageArgs(query))
      const positionOf = ({ challenge }: ChallengeView) => challenge
      return { ...toNodeProofs(proof), ...toPage(rows, query, { positionOf, map: toChallenge }) }
    },
    listDevices: async ({ params }) => {
      const devices = await door.ask('devices', { node: mustNumber('node', params.node_id) })
      const data = devices.map(({ kind, idHash, model }) => ({ kind, id_hash: idHash, model }))
      return { data }
    },
    getChallenge: async ({ params }) => toChallenge(await found(services, params.challenge_id)),
    getAnswer: async ({ params }) => {
      const { node, answerDigest } = await found(services, params.challenge_id)
      const view = await door.ask('node', { node })
      if (view === null || answerDigest === null) {
        throw refused('NOT_FOUND', { what: 'answer', id: params.challenge_id })
      }
      return openObject(services, view.account, answerDigest)
    },
  }
}

/** Only the daemon of the challenged node. */
function proving(services: Services): Pick<Handlers, Proving> {
  return {
    claimDevices: async (incoming) => {
      const { params, body, caller } = incoming
      const node = mustOwnNode(caller, mustNumber('node', params.node_id), params.node_id)
      const devices = body.devices.map(({ kind, id_hash: idHash, model }) => ({
        kind,
        idHash,
        model,
      }))
      return written(await submit(services, incoming, { kind: 'ClaimDevices', node, devices }))
    },
    commitChallenge: async (incoming) => {
      const challenge = mustNumber('challenge', incoming.params.challenge_id)
      const { root, work } = incoming.body
      const command = { kind: 'CommitChallenge', challenge, root, work } as const
      return written(await submit(services, incoming, command))
    },
    answerChallenge: async (incoming) => {
      const { caller, params, body } = incoming
      const { challenge, node } = await found(services, params.challenge_id)
      const view = await services.door.ask('node', { node })
      if (view === null || mustOwnNode(caller, node, params.challenge_id) !== node) {
        throw refused('NOT_FOUND', { what: 'challenge', id: params.challenge_id })
      }
      const limits = { maxBytes: ANSWER_BYTES, quotaBytes: null }
      const { digest: answerDigest } = await storeBody(services, view.account, body, limits)
      const command = { kind: 'AnswerChallenge', challenge, answerDigest } as const
      return written(await submit(services, incoming, command))
    },
  }
}

function assessing(services: Services): Pick<Handlers, Assessing> {
  const { door } = services
  return {
    listChallengeTargets: async ({ caller }) => {
      await mustAssess(services, caller)
      return { data: await challengeTargets(services) }
    },
    openChallenge: (incoming) => open(services, incoming),
    openAudit: async (incoming) => {
      const { account_id, proof, seed, size, commit_ms, answer_ms } = incoming.body
      const account = mustNumber('account', account_id)
      const task = { proof, seed, size, commitMs: commit_ms, answerMs: answer_ms }
      const reply = await submit(services, incoming, { kind: 'OpenAudit', account, ...task })
      const opened = eventsOf(reply, 'ChallengeOpened')
      const views = await Promise.all(
        opened.map(({ challenge }) => door.ask('challenge', { challenge })),
      )
      return {
        ...written(reply),
        audit_id: idOf('audit', eventOf(reply, 'AuditOpened').audit),
        challenges: views.filter((view) => view !== null).map(toChallenge),
      }
    },
    drawChallenge: async (incoming) => {
      const challenge = mustNumber('challenge', incoming.params.challenge_id)
      const { draw } = incoming.body
      return written(await submit(services, incoming, { kind: 'DrawChallenge', challenge, draw }))
    },
    judgeChallenge: async (incoming) => {
      const challenge = mustNumber('challenge', incoming.params.challenge_id)
      const command = { kind: 'JudgeChallenge', challenge, ...incoming.body } as const
      return written(await submit(services, incoming, command))
    },
  }
}

/** A witness is not opened where the daemon cannot run it: it would count as silent. */
async function open(services: Services, incoming: Incoming<Endpoints['openChallenge']>) {
  const { node_id, lease_id, proof, seed, size, commit_ms, answer_ms } = incoming.body
  const node = mustNumber('node', node_id)
  const lease = numberOrNull('lease', lease_id)
  if (proof === 'witness' && !services.witnessing.has(node)) {
    throw refused('CHALLENGE_REFUSED', { node: node_id, why: 'its daemon cannot run a witness' })
  }
  const task = { proof, seed, size, commitMs: commit_ms, answerMs: answer_ms }
  const reply = await submit(services, incoming, { kind: 'OpenChallenge', node, lease, ...task })
  const { challenge } = eventOf(reply, 'ChallengeOpened')
  const view = await found(services, idOf('challenge', challenge))
  return { ...written(reply), challenge: toChallenge(view) }
}

/** Newest first: what the core remembers is current, and older ones are in the read models. */
async function challengesOf(
  { door, readModels }: Services,
  node: number,
  args: PageArgs,
): Promise<ChallengeView[]> {
  const known = await door.ask('challenges', { node, open: false })
  const hasAll = known.filter(({ step }) => step === 'closed').length < LIMITS.challengesKept
  const kept = hasAll ? [] : await readModels.challenges({ ...args, node })
  const { before } = args
  const rows = new Map<number, ChallengeView>(kept.map((row) => [row.challenge, row]))
  for (const row of known) {
    if (before === null || row.challenge < before) rows.set(row.challenge, row)
  }
  return Array.from(rows.values())
    .toSorted((one, other) => other.challenge - one.challenge)
    .slice(0, args.limit)
}

async function found({ door, readModels }: Services, id: string): Promise<ChallengeView> {
  const challenge = mustNumber('challenge', id)
  const view =
    (await door.ask('challenge', { challenge })) ?? (await readModels.challenge({ challenge }))
  if (view === null) throw refused('NOT_FOUND', { what: 'challenge', id })
  return view
}
