import { useState } from 'react'
import type { Instrument, Trade } from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useChannel } from '../state/stream.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Loading } from '../ui/states.tsx'

const KEPT = 40

/** The tape of one instrument, newest first. */
export function TradesPanel({ instrument }: { readonly instrument: Instrument }) {
  const t = useText()
  const format = useFormat()
  const [trades, setTrades] = useState<readonly Trade[] | null>(null)
  useChannel('trades', { symbol: instrument.symbol }, (frame) => {
    setTrades((old) => {
      const before = frame.type === 'snapshot' ? [] : (old ?? [])
      return newestFirst([...frame.data, ...before]).slice(0, KEPT)
    })
  })
  const places = { min: placesOf(instrument.tick_size) }
  return (
    <Panel flush title={t.market.trades}>
      {trades === null ? (
        <Loading />
      ) : (
        <DataTable
          caption={t.market.trades}
          rows={trades.slice(0, 12)}
          rowKey={(trade) => trade.id}
          empty={t.market.noTrades}
          columns={[
            { head: t.market.time, cell: (trade) => format.clock(trade.at) },
            {
              head: t.market.price,
              align: 'right',
              cell: ({ price, taker_side: side }) => (
                <span className={side === 'buy' ? 'up' : 'down'}>
                  <span aria-hidden="true">{side === 'buy' ? '▲ ' : '▼ '}</span>
                  <span className="hidden">{side === 'buy' ? t.market.bought : t.market.sold}</span>
                  {format.number(price, places)}
                </span>
              ),
            },
            { head: t.market.units, align: 'right', cell: ({ units }) => format.number(units) },
          ]}
        />
      )}
    </Panel>
  )
}

function newestFirst(trades: readonly Trade[]): Trade[] {
  const known = new Map(trades.map((trade) => [trade.id, trade]))
  return [...known.values()].toSorted((a, b) => b.at.localeCompare(a.at))
}
