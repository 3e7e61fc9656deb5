import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { moneyOf, moneyText, type Balance } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { balancesQuery, statusQuery } from '../state/queries.ts'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { StackBar, type PartColour } from '../ui/stack-bar.tsx'
import { Stat } from '../ui/stat.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { FaucetDialog } from './faucet-dialog.tsx'
import styles from './wallet.module.css'

const PARTS = ['available', 'held', 'escrowed', 'earned', 'withdrawing'] as const
const COLOURS: Readonly<Record<(typeof PARTS)[number], PartColour>> = {
  available: 'green',
  held: 'pale',
  escrowed: 'blue',
  earned: 'amber',
  withdrawing: 'grey',
}

/** Money in its disjoint parts; in the sandbox, a way to get more of it. */
export function BalancePanel({ account }: { readonly account: string }) {
  const t = useText()
  const query = useQuery(balancesQuery(account))
  const isSandbox = useQuery(statusQuery).data?.sandbox === true
  const [isAsking, setIsAsking] = useState(false)
  return (
    <Panel
      title={t.wallet.balance}
      actions={isSandbox && <Button onClick={() => setIsAsking(true)}>{t.wallet.faucet}</Button>}
    >
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.data.length === 0 ? (
        <Empty title={t.wallet.noMoney} />
      ) : (
        query.data.data.map((balance) => <Parts key={balance.currency} balance={balance} />)
      )}
      {isAsking && <FaucetDialog onClose={() => setIsAsking(false)} />}
    </Panel>
  )
}

function Parts({ balance }: { readonly balance: Balance }) {
  const t = useText()
  const format = useFormat()
  const micro = (part: (typeof PARTS)[number]): bigint => moneyOf(balance[part]) ?? 0n
  const total = PARTS.reduce((sum, part) => sum + micro(part), 0n)
  const money = (text: string) => format.money(text, {}, balance.currency)
  return (
    <div className={styles['balance']}>
      <div className={styles['figures']}>
        <Stat name={t.wallet.parts.available} value={money(balance.available)} />
        <Stat name={t.wallet.total} value={money(moneyText(total))} />
      </div>
      <StackBar
        label={t.wallet.balance}
        parts={PARTS.map((part) => ({
          colour: COLOURS[part],
          name: t.wallet.parts[part],
          share: total === 0n ? 0 : Number((micro(part) * 10_000n) / total) / 10_000,
          text: money(balance[part]),
        }))}
      />
    </div>
  )
}
