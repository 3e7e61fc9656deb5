import { sha256Hex, utf8Encode } from '../../kernel/index.ts'
import { toAccount, toKey, type EndpointGroups, type Endpoints } from '../../wire/index.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { accountOf, moneyOrNull, mustNumber, numberOrNull, timeInput } from '../inputs.ts'
import { malformed } from '../problem.ts'
import type { Services } from '../services.ts'
import { clearCookie, createSession, keyIssued, whoIsCalling } from '../session.ts'
import { submitIssue } from '../submit-issue.ts'
import { submit, written } from '../submit.ts'

export function peopleHandlers(services: Services): Pick<Handlers, EndpointGroups['people']> {
  const { door } = services
  return {
    whoAmI: (incoming) => whoIsCalling(services, incoming),
    listAccounts: async ({ caller }) => ({
      data: (await door.ask('accounts', { member: caller.key.member })).map(toAccount),
    }),
    listKeys: async ({ caller, query }) => {
      const account = await accountOf(services, caller, query.account_id)
      return { data: (await door.ask('keys', { account })).map(toKey) }
    },
    issueKey: (incoming) => issueKey(services, incoming),
    revokeKey: async (incoming) => {
      const key = mustNumber('key', incoming.params.key_id)
      return written(await submit(services, incoming, { kind: 'RevokeKey', key }))
    },
    createSession: (incoming) => createSession(services, incoming),
    endSession: async (incoming) => {
      const { key, account } = incoming.caller.key
      const reply = await submit(services, incoming, { kind: 'RevokeKey', key })
      clearCookie(incoming.reply, account)
      return written(reply)
    },
  }
}

/** Three ways: a public key, a digest that the caller made, or a token made here and shown once. */
async function issueKey(services: Services, incoming: Incoming<Endpoints['issueKey']>) {
  const { body, caller } = incoming
  const account = numberOrNull('account', body.account_id) ?? caller.key.account
  const publicKey = body.public_key ?? null
  const given = publicKey ?? body.token_digest ?? null
  if (publicKey !== null && (body.token_digest ?? null) !== null) {
    throw malformed({ field: 'token_digest', code: 'not', message: 'not beside public_key' })
  }
  const issue = {
    account,
    user: numberOrNull('user', body.user_id),
    node: numberOrNull('node', body.node_id),
    label: body.label,
    credential: publicKey === null ? (body.credential ?? 'bearer') : 'ed25519',
    scopes: body.scopes,
    expiresAtUs: timeInput('expires_at', body.expires_at),
    capMicro: moneyOrNull('cap', body.cap),
  } as const
  const issued =
    given === null
      ? await submitIssue(services, incoming, caller.key, issue)
      : {
          reply: await submit(services, incoming, { kind: 'IssueKey', ...issue, secret: given }),
          token: null,
        }
  const secret = given ?? sha256Hex(utf8Encode(issued.token ?? ''))
  const view = await services.door.ask('account', { account })
  const key = keyIssued(issued.reply, secret, view?.member ?? caller.key.member)
  return { ...written(issued.reply), key: toKey(key), token: issued.token }
}
