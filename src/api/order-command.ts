import { encoded } from './encoded.ts'
import { minBig } from '../kernel/index.ts'
import {
  workloadSpec,
  type CommandOf,
  type InstrumentView,
  type WorkloadSpec,
} from '../messages/index.ts'
import { fromSpecBody, type PlaceOrderBody, type WorkloadSpecBody } from '../wire/index.ts'
import { moneyOrNull, mustTicks, numberOrNull, timeInput } from './inputs.ts'
import { refused } from './problem.ts'
import type { Services } from './services.ts'

const SPEC_BYTES = 1_048_576
const TICKS_MAX = 4_294_967_295n

/**
 * The command of an order body. A specification in it is stored as an object of the account first;
 * the same body always gives the same command. Refuses with NOT_FOUND or FIELD_INVALID.
 */
export async function orderCommand(
  services: Services,
  account: number,
  body: PlaceOrderBody,
): Promise<{ command: CommandOf<'PlaceOrder'>; instrument: InstrumentView }> {
  const instrument = await services.catalog.bySymbol(body.symbol)
  const workload = body.workload ?? null
  const command: CommandOf<'PlaceOrder'> = {
    kind: 'PlaceOrder',
    instrument: instrument.instrument,
    side: body.side,
    type: body.type ?? 'limit',
    units: body.units,
    priceTicks: priceOf(body, instrument),
    timeInForce: body.time_in_force ?? 'GTC',
    expiresAtUs: timeInput('expire_at', body.expire_at),
    postOnly: body.post_only ?? false,
    allOrNone: body.all_or_none ?? false,
    colocate: body.colocate ?? false,
    minUnits: body.min_units ?? 0,
    standing: body.standing ?? false,
    selfTrade: body.stp_mode ?? 'expire_maker',
    horizonSeconds: body.horizon_seconds ?? instrument.horizonSeconds,
    durationSeconds: body.duration_seconds ?? null,
    capMicro: moneyOrNull('cap', body.cap),
    clientOrderId: body.client_order_id ?? null,
    capacity: body.capacity ?? 'principal',
    onBehalfOf: numberOrNull('account', body.on_behalf_of),
    node: numberOrNull('node', body.node_id),
    workload:
      workload === null
        ? null
        : {
            specDigest: await storeSpec(services, account, workload.spec),
            closeAllocation: workload.close_allocation ?? false,
          },
    retryTicks: ticksWithin('retry_price', body.retry_price, instrument),
  }
  return { command, instrument }
}

function priceOf(body: PlaceOrderBody, instrument: InstrumentView): number | null {
  const price = body.price ?? null
  if (price !== null) return mustTicks('price', price, instrument)
  if (body.type === 'market_to_limit') return null
  throw refused('FIELD_INVALID', { field: 'price', why: 'a limit order needs one' })
}

/** Whole ticks that are not above the price: it only bounds what may be paid. */
export function ticksWithin(
  field: string,
  given: string | null | undefined,
  { tickMicro }: Pick<InstrumentView, 'tickMicro'>,
): number | null {
  const price = moneyOrNull(field, given)
  return price === null ? null : Number(minBig(price / tickMicro, TICKS_MAX))
}

/** Stores the canonical bytes of a specification for an account and gives their digest. */
export async function storeSpec(
  { objects }: Services,
  account: number,
  body: WorkloadSpecBody,
): Promise<string> {
  const spec: WorkloadSpec = fromSpecBody(body)
  const bytes = encoded(workloadSpec, spec)
  const stored = await objects.put(account, one(bytes), SPEC_BYTES)
  return stored.digest
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
