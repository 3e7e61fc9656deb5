/** A quote as the API shows it: what it costs, and the order that buys it. */
import { due, formatTime, holdFor } from '../../kernel/index.ts'
import type { HubView, QuoteLeg as LegView, QuoteView } from '../../messages/index.ts'
import { moneyText } from '../decimal.ts'
import type { Quote, QuoteBody, QuoteLeg } from '../dto/market.ts'
import type { PlaceOrderBody } from '../dto/orders.ts'
import { idOf, idOrNull } from '../id.ts'
import { CURRENCY, timeOrNull } from './common.ts'
import { toHub } from './market.ts'

const SECONDS_PER_HOUR = 3_600

export interface QuoteContext {
  readonly asked: QuoteBody
  readonly hubs: ReadonlyMap<number, HubView>
  /** fee of the taker in each instrument, ppm */
  readonly takerFeePpm: ReadonlyMap<number, number>
  /** texts of the notices in the caller's language */
  readonly notice: (code: NoticeCode) => string
}
export type NoticeCode = 'INTERRUPTIBLE' | 'NO_ISOLATION' | 'ENDS_AT_COMMITMENT'

export function toQuote(view: QuoteView, context: QuoteContext): Quote {
  const legs = view.legs.map((leg) => toLeg(leg, context))
  const best = legs[0] ?? null
  return {
    seq: view.seq,
    at: formatTime(view.timeUs),
    currency: CURRENCY,
    available: best !== null,
    legs,
    total: best?.total ?? null,
    fee: best?.fee ?? null,
    escrow: best?.escrow ?? null,
    post_order_body: best?.post_order_body ?? null,
    notices: noticesOf(view.legs[0]).map((code) => ({ code, message: context.notice(code) })),
    unavailable: view.unavailable.map((one) => ({ ...one })),
  }
}

function noticesOf(leg: LegView | undefined): NoticeCode[] {
  if (leg === undefined) return []
  const codes: NoticeCode[] = []
  if (leg.interruptible) codes.push('INTERRUPTIBLE')
  if (leg.isolation === 'none') codes.push('NO_ISOLATION')
  if (leg.untilUs !== null) codes.push('ENDS_AT_COMMITMENT')
  return codes
}

function toLeg(leg: LegView, context: QuoteContext): QuoteLeg {
  const hub = context.hubs.get(leg.hub)
  const rate = { priceMicroPerHour: leg.priceMicroPerHour, units: leg.units }
  const seconds = context.asked.duration_seconds ?? leg.horizonSeconds
  const feePpm = context.takerFeePpm.get(leg.instrument) ?? 0
  const whole = holdFor({ ...rate, horizonSeconds: seconds, feePpm })
  return {
    instrument_id: idOf('instrument', leg.instrument),
    symbol: leg.symbol,
    units: leg.units,
    price: moneyText(leg.priceMicroPerHour),
    principal: moneyText(leg.principalMicro),
    fee: moneyText(leg.feeMicro),
    escrow: moneyText(leg.principalMicro + leg.feeMicro),
    total: moneyText(whole.principalMicro + whole.feeMicro),
    per_hour: moneyText(due({ ...rate, seconds: SECONDS_PER_HOUR })),
    horizon_seconds: leg.horizonSeconds,
    hub: toHub(hub ?? { hub: leg.hub, code: '', name: { en: '', zh: '' } }),
    grade: leg.grade,
    node_id: idOrNull('node', leg.node),
    isolation: leg.isolation,
    interruptible: leg.interruptible,
    notice_seconds: leg.noticeSeconds,
    until_at: timeOrNull(leg.untilUs),
    dimension: leg.dimension,
    post_order_body: orderFor(leg, context.asked),
  }
}

/** The order that takes the quote: fill-or-kill at the limit that fills it all now. */
function orderFor(leg: LegView, asked: QuoteBody): PlaceOrderBody {
  return {
    symbol: leg.symbol,
    side: 'buy',
    type: 'limit',
    units: leg.units,
    price: moneyText(leg.priceMicroPerHour),
    time_in_force: 'FOK',
    all_or_none: true,
    colocate: asked.colocate ?? false,
    horizon_seconds: leg.horizonSeconds,
    duration_seconds: asked.duration_seconds ?? null,
    node_id: idOrNull('node', leg.node),
  }
}
