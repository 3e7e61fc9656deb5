import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { PlaceOrderBody, PlacedOrder, QuoteLeg } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { serverNowMs, useServerNow } from '../state/clock.ts'
import { balancesQuery } from '../state/queries.ts'
import { api, useAccount, useScope } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Check } from '../ui/check.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Facts } from '../ui/facts.tsx'
import { Field } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { Problem } from '../ui/states.tsx'
import { specOf } from '../workloads/command.ts'
import { CostFacts } from './cost-facts.tsx'
import type { Asked } from './rent-page.tsx'
import styles from './rent.module.css'

const QUOTE_GOOD_MS = 60_000

interface Props {
  readonly asked: Asked
  readonly leg: QuoteLeg
  readonly onPlaced: (placed: PlacedOrder) => void
  readonly onAskAgain: () => void
}

/** All costs of the chosen offer, what to run on it, and the way to buy it. */
export function RentPanel({ asked, leg, onPlaced, onAskAgain }: Props) {
  const t = useText()
  const format = useFormat()
  const account = useAccount()
  const mayTrade = useScope('trade')
  const [command, setCommand] = useState('')
  const [closeAfter, setCloseAfter] = useState(true)
  const [isReviewing, setIsReviewing] = useState(false)
  const isOld = useServerNow() - asked.atMs > QUOTE_GOOD_MS
  const spec = specOf(command)
  const body: PlaceOrderBody = {
    ...leg.post_order_body,
    workload: spec === null ? null : { spec, close_allocation: closeAfter },
    // A machine that does not start costs nothing; another one may, up to the price that was agreed to.
    retry_price: spec === null ? null : (asked.body.max_price ?? leg.post_order_body.price ?? null),
  }
  return (
    <Panel
      title={t.rent.costs}
      note={t.rent.quotedAt(format.clock(new Date(asked.atMs).toISOString()))}
    >
      <CostFacts asked={asked} leg={leg} />
      <p className={styles['note']}>{t.rent.costsNote}</p>
      <div className={styles['run']}>
        <Field label={`${t.rent.run}: ${t.rent.command}`} hint={t.rent.commandHint}>
          {(wiring) => (
            <textarea
              {...wiring}
              rows={3}
              spellCheck={false}
              placeholder="for i in 1 2 3; do echo $i; sleep 1; done"
              value={command}
              onChange={(event) => setCommand(event.target.value)}
            />
          )}
        </Field>
        {spec !== null && (
          <Check label={t.rent.closeAfter} checked={closeAfter} onChange={setCloseAfter} />
        )}
        {account === null ? (
          <Link to="/sign-in">{t.rent.signIn}</Link>
        ) : isOld ? (
          <>
            <p className={styles['old']}>{t.rent.quoteOld}</p>
            <Button onClick={onAskAgain}>{t.rent.refresh}</Button>
          </>
        ) : (
          <Button
            tone="primary"
            why={mayTrade ? null : t.shell.noScope('trade')}
            onClick={() => setIsReviewing(true)}
          >
            {t.rent.review}
          </Button>
        )}
      </div>
      {isReviewing && account !== null && (
        <Confirm
          {...{ account, asked, leg, body, onPlaced }}
          command={command}
          onClose={() => setIsReviewing(false)}
        />
      )}
    </Panel>
  )
}

function Confirm({
  account,
  asked,
  leg,
  body,
  command,
  onPlaced,
  onClose,
}: Pick<Props, 'asked' | 'leg' | 'onPlaced'> & {
  readonly account: string
  readonly body: PlaceOrderBody
  readonly command: string
  readonly onClose: () => void
}) {
  const t = useText()
  const format = useFormat()
  const free = useQuery(balancesQuery(account)).data?.data[0]?.available ?? null
  const [isOld] = useState(() => serverNowMs() - asked.atMs > QUOTE_GOOD_MS)
  const place = useAction((order: PlaceOrderBody) => api().placeOrder({ body: order }), onPlaced)
  return (
    <Dialog
      title={t.rent.reviewTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.back}</Button>
          <Button
            tone="primary"
            busy={place.busy}
            why={isOld ? t.rent.quoteOld : null}
            onClick={() => place.run(body)}
          >
            {t.rent.rentFor(format.money(leg.escrow))}
          </Button>
        </>
      }
    >
      <CostFacts asked={asked} leg={leg} />
      <Facts
        facts={[
          ...(free === null ? [] : [[t.wallet.parts.available, format.money(free)] as const]),
          [t.rent.command, command.trim() === '' ? t.shell.none : <code>{command.trim()}</code>],
        ]}
      />
      {place.error !== null && <Problem error={place.error} />}
    </Dialog>
  )
}
