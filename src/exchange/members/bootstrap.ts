import { assert } from '../../kernel/index.ts'
import { SCOPES } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { MembersDesk } from './members.ts'

/**
 * The first rows of a venue: owner group 1, member 1 with role operator, its account 1 and user 1,
 * and bearer key 1 with every scope. `secret` is sha256 of the token, in hex. Part of Genesis.
 */
export function bootstrapOperator(ctx: Context, members: MembersDesk, secret: string): void {
  const handle = 'operator'
  const member = members.openMember(ctx, { kind: 'OpenMember', handle, roles: ['operator'] })
  const account = members.openAccount(ctx, { kind: 'OpenAccount', member, ownerGroup: 0, handle })
  const user = members.addUser(ctx, { kind: 'AddUser', member, handle, verifier: null })
  const key = members.issueKey(ctx, {
    kind: 'IssueKey',
    account,
    user,
    node: null,
    label: handle,
    credential: 'bearer',
    secret,
    scopes: [...SCOPES],
    expiresAtUs: null,
    capMicro: null,
  })
  assert(member === 1 && account === 1 && user === 1 && key === 1, 'the venue is not empty')
}
