import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PlacedOrder, Quote, QuoteBody, QuoteLeg } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { serverNowMs } from '../state/clock.ts'
import { statusQuery } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Page } from '../ui/page.tsx'
import { Problem } from '../ui/states.tsx'
import { NeedPanel } from './need-panel.tsx'
import { FIRST_NEED, quoteOf, type NeedFaults } from './need-form.ts'
import { OffersPanel } from './offers-panel.tsx'
import { Progress } from './progress.tsx'
import { QuotePanel } from './quote-panel.tsx'
import { RentPanel } from './rent-panel.tsx'
import styles from './rent.module.css'

export interface Asked {
  readonly body: QuoteBody
  readonly quote: Quote
  /** when the answer came, by the exchange's clock; `quote.at` is only its last record's time */
  readonly atMs: number
}

/** Need, offers with every cost, confirmation, progress. */
export function RentPage() {
  const t = useText()
  const isSandbox = useQuery(statusQuery).data?.sandbox === true
  const [need, setNeed] = useState(FIRST_NEED)
  const [faults, setFaults] = useState<NeedFaults>({})
  const [asked, setAsked] = useState<Asked | null>(null)
  const [chosen, setChosen] = useState<QuoteLeg | null>(null)
  const [placed, setPlaced] = useState<PlacedOrder | null>(null)
  const ask = useAction(
    async (body: QuoteBody) => {
      const quote = await api().createQuote({ body })
      return { body, quote, atMs: serverNowMs() }
    },
    (answer) => {
      setAsked(answer)
      setChosen(answer.quote.legs[0] ?? null)
    },
  )
  const send = (): void => {
    const { body, faults: found } = quoteOf(need)
    setFaults(found)
    if (body !== null) ask.run(body)
  }
  if (placed !== null) {
    const again = (): void => {
      setPlaced(null)
      setAsked(null)
      setChosen(null)
    }
    return (
      <Page title={t.rent.title} lead={t.rent.lead}>
        <Progress placed={placed} onAgain={again} />
      </Page>
    )
  }
  return (
    <Page title={t.rent.title} lead={t.rent.lead}>
      <div className={styles['columns']}>
        <div className={styles['column']}>
          <NeedPanel
            {...{ need, faults, isSandbox }}
            busy={ask.busy}
            onChange={(part) => setNeed({ ...need, ...part })}
            onAsk={send}
          />
          {ask.error !== null && <Problem error={ask.error} />}
          {asked !== null && (
            <QuotePanel quote={asked.quote} chosen={chosen} onChoose={setChosen} />
          )}
          {asked === null && <OffersPanel />}
        </div>
        {asked !== null && chosen !== null && (
          <RentPanel
            key={`${asked.atMs} ${chosen.symbol}`}
            {...{ asked, onPlaced: setPlaced }}
            leg={chosen}
            onAskAgain={send}
          />
        )}
      </div>
    </Page>
  )
}
