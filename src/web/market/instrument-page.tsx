import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, getRouteApi, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { hasCode } from '../../client/index.ts'
import type { Instrument } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { OwnOrders } from '../orders/own-orders.tsx'
import { changeTicket, emptyTicket } from '../orders/ticket-form.ts'
import { Ticket } from '../orders/ticket.tsx'
import { instrumentQuery, instrumentsQuery } from '../state/queries.ts'
import { useAccount } from '../state/session.ts'
import { useSettings } from '../state/settings.ts'
import { useChannel } from '../state/stream.tsx'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { Field } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { BookPanel } from './book.tsx'
import { ChartPanel } from './chart-panel.tsx'
import { InstrumentFacts } from './instrument-facts.tsx'
import { InstrumentHead } from './instrument-head.tsx'
import styles from './market.module.css'
import { ShortcutList } from './shortcut-list.tsx'
import { TradesPanel } from './trades.tsx'

const route = getRouteApi('/market/$symbol')

export function InstrumentPage() {
  const t = useText()
  const { symbol } = route.useParams()
  const query = useQuery(instrumentQuery(symbol))
  const client = useQueryClient()
  useChannel('status', {}, () => {
    void client.invalidateQueries({ queryKey: ['instrument', symbol] })
  })
  if (query.isPending) return <Loading lines={8} />
  if (query.isError) {
    return (
      <Page title={symbol}>
        {hasCode(query.error, 'NOT_FOUND') ? (
          <Empty title={t.market.unknown(symbol)}>
            <Link to="/market">{t.errors.toMarket}</Link>
          </Empty>
        ) : (
          <Problem error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Page>
    )
  }
  return <Trading key={symbol} instrument={query.data} />
}

function Trading({ instrument }: { readonly instrument: Instrument }) {
  const { language } = useSettings()
  const account = useAccount()
  const [form, setForm] = useState(() => emptyTicket(instrument, 'buy'))
  return (
    <Page
      title={instrument.symbol}
      lead={`${instrument.product.name[language]} · ${instrument.hub.name[language]}`}
      actions={
        <>
          <ShortcutList />
          <SymbolPicker symbol={instrument.symbol} />
        </>
      }
    >
      <InstrumentHead instrument={instrument} />
      <div className={styles['columns']}>
        <div className={styles['column']}>
          <ChartPanel instrument={instrument} />
          {account !== null && <OwnOrders account={account} symbol={instrument.symbol} />}
        </div>
        <div className={styles['column']}>
          <BookPanel
            instrument={instrument}
            onPick={(price, side) => setForm(changeTicket(form, { price, side, type: 'limit' }))}
          />
          <TradesPanel instrument={instrument} />
        </div>
        <div className={styles['column']}>
          <Ticket instrument={instrument} form={form} onForm={setForm} />
          <InstrumentFacts instrument={instrument} />
        </div>
      </div>
    </Page>
  )
}

function SymbolPicker({ symbol }: { readonly symbol: string }) {
  const t = useText()
  const navigate = useNavigate()
  const instruments = useQuery(instrumentsQuery)
  const select = useRef<HTMLSelectElement>(null)
  useShortcuts({ '/': () => select.current?.focus() })
  return (
    <Field label={t.market.symbol}>
      {(wiring) => (
        <select
          {...wiring}
          ref={select}
          value={symbol}
          onChange={(event) =>
            void navigate({ to: '/market/$symbol', params: { symbol: event.target.value } })
          }
        >
          {(instruments.data?.data ?? [{ symbol }]).map((one) => (
            <option key={one.symbol}>{one.symbol}</option>
          ))}
        </select>
      )}
    </Field>
  )
}
