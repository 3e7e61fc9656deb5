import { sha256Hex, utf8Encode } from '../kernel/index.ts'
import type { CommandOf, Reply } from '../messages/index.ts'
import type { WriteContext } from './handler.ts'
import type { Services } from './services.ts'
import { submitAs } from './submit.ts'

export type Issue = Omit<CommandOf<'IssueKey'>, 'kind' | 'secret'>

/**
 * Issues a key with a token made here: the same request sent again gets the same token, because it
 * follows from the command id. Only its hash goes to the core.
 */
export async function submitIssue(
  services: Services,
  { commandId, reply: answer }: Omit<WriteContext, 'caller'>,
  issuer: { readonly account: number; readonly key: number },
  issue: Issue,
): Promise<{ reply: Reply; token: string }> {
  const { mode } = await services.door.ask('status', {})
  const token = services.tokens.token(issuer.account, commandId, mode === 'SIMULATED')
  const secret = sha256Hex(utf8Encode(token))
  const command = { kind: 'IssueKey', ...issue, secret } as const
  const { account, key } = issuer
  const reply = await submitAs(services, { account, key, id: commandId, command }, answer)
  return { reply, token }
}
