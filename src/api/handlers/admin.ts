import { encoded } from '../encoded.ts'
import { formatTime, fromHex } from '../../kernel/index.ts'
import { command as commandCodec, type Command, type ProposalView } from '../../messages/index.ts'
import {
  idOf,
  idOrNull,
  type EndpointGroups,
  type Endpoints,
  type Proposal,
  type ResponseOf,
} from '../../wire/index.ts'
import { makeVerifier } from '../auth/password.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { mustMoney, mustNumber, mustTime, numberOrNull } from '../inputs.ts'
import { malformed } from '../problem.ts'
import { lagSeconds } from '../read-model-lag.ts'
import type { Services } from '../services.ts'
import { eventOf, submit, written } from '../submit.ts'
import { listingHandlers } from './listing.ts'

export function adminHandlers(services: Services): Pick<Handlers, EndpointGroups['admin']> {
  const { door } = services
  return {
    ...listingHandlers(services),
    listMembers: async () => ({
      data: (await door.ask('members', {})).map(({ member, handle, roles }) => ({
        id: idOf('member', member),
        handle,
        roles: [...roles],
      })),
    }),
    openMember: async (incoming) => {
      const reply = await submit(services, incoming, { kind: 'OpenMember', ...incoming.body })
      const { member } = eventOf(reply, 'MemberOpened')
      return { ...written(reply), member_id: idOf('member', member) }
    },
    openAccount: async (incoming) => {
      const { member_id: member, handle, owner_group_id: group } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'OpenAccount',
        member: mustNumber('member', member),
        ownerGroup: numberOrNull('group', group) ?? 0,
        handle,
      })
      const opened = eventOf(reply, 'AccountOpened')
      return {
        ...written(reply),
        account_id: idOf('account', opened.account),
        owner_group_id: idOf('group', opened.ownerGroup),
      }
    },
    addUser: (incoming) => addUser(services, incoming),
    deposit: async (incoming) => {
      const { account_id: account, amount, currency, reference = '' } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'Deposit',
        account: mustNumber('account', account),
        asset: currency,
        amountMicro: mustMoney('amount', amount),
        reference,
      })
      return written(reply)
    },
    settleWithdrawal: async (incoming) => {
      const withdrawal = mustNumber('withdrawal', incoming.params.withdrawal_id)
      const { confirmed } = incoming.body
      const command = { kind: 'SettleWithdrawal', withdrawal, confirmed } as const
      return written(await submit(services, incoming, command))
    },
    listProposals: async () => ({
      data: (await door.ask('proposals', {})).map((view) => ({
        id: idOf('proposal', view.proposal),
        by_user_id: idOrNull('user', view.by),
        action: view.actionKind,
        resolution: resolutionOf(view),
        expires_at: formatTime(view.expiresAtUs),
        done: view.done,
      })),
    }),
    propose: async (incoming) => {
      const reply = await submit(services, incoming, {
        kind: 'Propose',
        action: actionBytes(incoming.body),
        expiresAtUs: mustTime('expires_at', incoming.body.expires_at),
      })
      const { proposal } = eventOf(reply, 'ProposalMade')
      return { ...written(reply), proposal_id: idOf('proposal', proposal) }
    },
    approve: async (incoming) => {
      const proposal = mustNumber('proposal', incoming.params.proposal_id)
      return written(await submit(services, incoming, { kind: 'Approve', proposal }))
    },
    getReadModels: async () => readModelsStatus(services),
    rebuildReadModels: async () => {
      const { readModels, log } = services
      readModels.rebuild().catch((error: unknown) => log.warn({ err: error }, 'rebuild'))
      return readModelsStatus(services)
    },
    releaseQuarantine: async (incoming) => {
      const { account_id: account, command_id: command } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'ReleaseQuarantine',
        account: mustNumber('account', account),
        command,
      })
      return written(reply)
    },
    releaseTimer: async (incoming) => {
      const { timer } = incoming.body
      return written(await submit(services, incoming, { kind: 'ReleaseTimer', timer }))
    },
  }
}

function resolutionOf({ action }: ProposalView): Proposal['resolution'] {
  if (action?.kind !== 'ResolveDispute') return null
  const { dispute, acceptedSeconds, reason } = action
  return { dispute_id: idOf('dispute', dispute), accepted_seconds: acceptedSeconds, reason }
}

function readModelsStatus(services: Services): ResponseOf<Endpoints['getReadModels']> {
  const { door, readModels } = services
  const lag = lagSeconds(services)
  const state = readModels.rebuilding() ? 'building' : 'ok'
  return {
    state,
    rebuild: readModels.rebuildState(),
    applied_seq: readModels.appliedSeq(),
    durable_seq: door.durableSeq(),
    lag_seconds: lag === null ? null : Math.ceil(lag),
  }
}

/** The verifier's salt follows from the command id, so that the same request is the same command. */
async function addUser(services: Services, incoming: Incoming<Endpoints['addUser']>) {
  const { member_id: member, handle, password } = incoming.body
  const salt = services.tokens.salt(incoming.caller.key.account, incoming.commandId)
  const isOpen = password === undefined || password === null
  const reply = await submit(services, incoming, {
    kind: 'AddUser',
    member: mustNumber('member', member),
    handle,
    verifier: isOpen ? null : await makeVerifier(password, salt),
  })
  return { ...written(reply), user_id: idOf('user', eventOf(reply, 'UserAdded').user) }
}

function actionBytes(body: Incoming<Endpoints['propose']>['body']): Uint8Array {
  const missing = (field: string) =>
    malformed({ field, code: 'required', message: `action ${body.action} needs it` })
  switch (body.action) {
    case 'activate_rules': {
      if (body.rules_version === undefined) throw missing('rules_version')
      return encoded(commandCodec, { kind: 'ActivateRules', version: body.rules_version })
    }
    case 'post_correction': {
      if (body.correction === undefined) throw missing('correction')
      const command: Command = {
        kind: 'PostCorrection',
        reason: body.correction.reason,
        postings: body.correction.postings.map((posting) => ({
          code: posting.code,
          owner: posting.owner,
          asset: posting.currency,
          amountMicro: mustMoney('amount', posting.amount),
        })),
      }
      return encoded(commandCodec, command)
    }
    case 'resolve_dispute': {
      if (body.resolution === undefined) throw missing('resolution')
      const { dispute_id: id, accepted_seconds: acceptedSeconds, reason } = body.resolution
      const dispute = mustNumber('dispute', id)
      const kind = 'ResolveDispute'
      return encoded(commandCodec, { kind, dispute, acceptedSeconds, reason })
    }
    case 'encoded': {
      if (body.encoded === undefined) throw missing('encoded')
      return fromHex(body.encoded)
    }
  }
}
