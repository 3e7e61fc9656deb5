import { useQuery } from '@tanstack/react-query'
import { due } from '../../kernel/index.ts'
import { codeText, wordRefusal, type Side } from '../../messages/index.ts'
import {
  moneyOf,
  moneyText,
  type Instrument,
  type PlaceOrderBody,
  type Static,
  type CheckedOrder,
} from '../../wire/index.ts'
import { placesOf } from '../format/number.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Facts } from '../ui/facts.tsx'
import { Loading, Problem } from '../ui/states.tsx'
import styles from './orders.module.css'

interface Props {
  readonly instrument: Instrument
  readonly account: string
  readonly body: PlaceOrderBody
  readonly busy: boolean
  readonly error: unknown
  readonly onBack: () => void
  readonly onConfirm: () => void
}

/** The order in full with the money it would hold, as the exchange itself works it out. */
export function ReviewOrder({ instrument, account, body, busy, error, onBack, onConfirm }: Props) {
  const t = useText()
  const check = useQuery({
    queryKey: ['check', account, body],
    queryFn: ({ signal }) => api().checkOrder({ body, signal }),
    gcTime: 0,
    staleTime: 0,
  })
  const side: Side = body.side
  const refusal = check.data?.problem ?? null
  return (
    <Dialog
      title={t.orders.reviewTitle}
      onClose={onBack}
      onConfirm={check.isPending || busy ? undefined : onConfirm}
      actions={
        <>
          <Button onClick={onBack}>{t.shell.back}</Button>
          <Button
            tone={side}
            busy={busy}
            why={check.isPending ? t.orders.checking : null}
            onClick={onConfirm}
          >
            {t.orders.place(t.words.side[side])}
          </Button>
        </>
      }
    >
      <OrderFacts instrument={instrument} body={body} />
      {check.isPending && <Loading lines={1} />}
      {check.isError && <Problem error={check.error} onRetry={() => void check.refetch()} />}
      {refusal !== null && <Refusal problem={refusal} />}
      {check.data?.valid === true && (
        <Held instrument={instrument} body={body} check={check.data} />
      )}
      {error !== null && <Problem error={error} />}
    </Dialog>
  )
}

function OrderFacts({ instrument, body }: Pick<Props, 'instrument' | 'body'>) {
  const t = useText()
  const format = useFormat()
  const { unit } = instrument.product
  const perHour = t.words.perUnitHour[unit]
  const optional: (readonly [string, string])[] = []
  if (body.expire_at) optional.push([t.orders.expireAt, format.moment(body.expire_at)])
  if (body.duration_seconds) {
    optional.push([t.orders.duration, format.duration(body.duration_seconds)])
  }
  if (body.node_id) optional.push([t.orders.node, body.node_id])
  if (body.post_only) optional.push([t.orders.postOnly, t.shell.yes])
  if (body.all_or_none) optional.push([t.orders.allOrNone, t.shell.yes])
  if (body.colocate) optional.push([t.orders.colocate, t.shell.yes])
  const places = { min: placesOf(instrument.tick_size) }
  return (
    <Facts
      facts={[
        [t.orders.side, t.words.side[body.side]],
        [t.orders.symbol, body.symbol],
        [t.orders.units, t.words.units(body.units, unit)],
        [
          t.orders.price,
          body.price ? `${format.number(body.price, places)} ${perHour}` : t.orders.noPrice,
        ],
        [t.orders.timeInForce, t.words.timeInForce[body.time_in_force ?? 'GTC']],
        ...optional,
      ]}
    />
  )
}

function Held({
  instrument,
  body,
  check,
}: Pick<Props, 'instrument' | 'body'> & { readonly check: Static<typeof CheckedOrder> }) {
  const t = useText()
  const format = useFormat()
  if (body.side === 'sell') return <p className="small muted">{t.orders.sellNote}</p>
  const price = body.price ? moneyOf(body.price) : null
  const hourly =
    price === null ? null : due({ priceMicroPerHour: price, units: body.units, seconds: 3_600 })
  const covers = format.duration(body.horizon_seconds ?? instrument.horizon_seconds)
  return (
    <div className={styles['held']}>
      <Facts
        facts={[
          ...(hourly === null
            ? []
            : [[t.orders.perHour, format.money(moneyText(hourly), { min: 6 })] as const]),
          ...(check.escrow === null
            ? []
            : [[t.orders.held, format.money(check.escrow, { min: 6 })] as const]),
        ]}
      />
      <p className="small muted">{t.orders.heldHint(covers)}</p>
    </div>
  )
}

type CheckProblem = NonNullable<Static<typeof CheckedOrder>['problem']>

/** What the exchange would refuse; the order can still be sent, prices may have moved. */
function Refusal({ problem }: { readonly problem: CheckProblem }) {
  const { language } = useFormat()
  const facts = Object.entries(problem.facts).map(([name, value]) => ({ name, value }))
  const known = codeText(problem.code) !== null
  const text = known ? wordRefusal({ code: problem.code, facts }, language) : problem.detail
  return (
    <div className={styles['warning']} role="alert">
      <p>{text}</p>
      <p className="small mono">{problem.code}</p>
    </div>
  )
}
