import type { Account, Key } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { money, when } from '../output/values.ts'

export const keyView: ListView<Key> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    { title: 'col.label', cell: (one) => one.label },
    { title: 'col.kind', cell: (one) => one.credential },
    { title: 'col.scopes', cell: (one) => one.scopes.join(' ') },
    { title: 'col.limit', cell: (one) => (one.cap === null ? '-' : money(one.cap)), right: true },
    { title: 'col.expires', cell: (one, cli) => when(cli, one.expires_at) },
    {
      title: 'col.status',
      cell: (one, cli) => cli.say(one.revoked ? 'word.revoked' : 'word.live'),
    },
    { title: 'col.account', cell: (one) => one.account_id, wide: true },
    { title: 'col.node', cell: (one) => one.node_id ?? '-', wide: true },
  ],
  name: (one) => one.id,
  empty: 'empty.keys',
}

export const accountView: ListView<Account> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    { title: 'col.name', cell: (one) => one.handle },
    { title: 'col.member', cell: (one) => one.member_id },
    { title: 'col.group', cell: (one) => one.owner_group_id },
  ],
  name: (one) => one.id,
  empty: 'empty.accounts',
}
