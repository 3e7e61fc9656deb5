/** Accounts and keys as the API shows them. */
import type { AccountView, KeyView } from '../../messages/index.ts'
import { moneyText } from '../decimal.ts'
import type { Account, Key } from '../dto/people.ts'
import { idOf, idOrNull } from '../id.ts'
import { timeOrNull } from './common.ts'

export function toAccount(view: AccountView): Account {
  return {
    id: idOf('account', view.account),
    member_id: idOf('member', view.member),
    owner_group_id: idOf('group', view.ownerGroup),
    handle: view.handle,
  }
}

/** Never the token's hash; of an Ed25519 key its public key. */
export function toKey(view: Omit<KeyView, 'member'>): Key {
  return {
    id: idOf('key', view.key),
    account_id: idOf('account', view.account),
    user_id: idOrNull('user', view.user),
    node_id: idOrNull('node', view.node),
    label: view.label,
    credential: view.credential,
    public_key: view.credential === 'ed25519' ? view.secret : null,
    scopes: [...view.scopes],
    expires_at: timeOrNull(view.expiresAtUs),
    revoked: view.revoked,
    cap: view.capMicro === null ? null : moneyText(view.capMicro),
  }
}
