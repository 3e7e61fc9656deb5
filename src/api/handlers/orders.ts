import { holdFor } from '../../kernel/index.ts'
import {
  CURRENCY,
  moneyText,
  priceBand,
  priceText,
  timeOrNull,
  toFill,
  toOrder,
  type EndpointGroups,
  type Order,
  type PlaceOrderBody,
} from '../../wire/index.ts'
import type { Caller } from '../auth/caller.ts'
import { contextOf } from '../errors.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { accountOf, caughtUp, mustNumber, numberOrNull, owns } from '../inputs.ts'
import { pageArgs, toPage } from '../inputs.ts'
import { orderCommand } from '../order-command.ts'
import { amending, cancelling, endedIds, ownOrder, placing } from '../order-writes.ts'
import { Refused, problemOf, refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { derivedId, eventOf, submit, written } from '../submit.ts'
import type { Endpoints } from '../../wire/index.ts'

export function orderHandlers(services: Services): Pick<Handlers, EndpointGroups['orders']> {
  const { door, catalog, readModels } = services
  const numberOfSymbol = async (symbol: string | undefined): Promise<number | null> =>
    symbol === undefined ? null : (await catalog.bySymbol(symbol)).instrument
  return {
    placeOrder: async (incoming) => {
      const place = await placing(services, incoming.caller, incoming.body)
      return place(incoming)
    },
    checkOrder: (incoming) => checkOrder(services, incoming),
    placeOrders: (incoming) => placeOrders(services, incoming),
    listOrders: (incoming) => listOrders(services, incoming),
    getOrder: (incoming) => orderById(services, incoming),
    getOrderByClientId: async ({ caller, params }) => {
      const clientOrderId = params.client_order_id
      const view = await door.ask('orderByClientId', {
        account: caller.key.account,
        clientOrderId,
      })
      if (view === null) throw refused('NOT_FOUND', { what: 'order', id: clientOrderId })
      return toOrder(view, await catalog.byNumber(view.instrument))
    },
    amendOrder: async (incoming) => {
      const { caller, params, body } = incoming
      const amend = await amending(services, caller, params.order_id, body)
      return amend(incoming)
    },
    cancelOrder: async (incoming) => cancelling(services, incoming.params.order_id)(incoming),
    cancelOrders: async (incoming) => {
      const instrument = await numberOfSymbol(incoming.query.symbol)
      const reply = await submit(services, incoming, { kind: 'CancelAll', instrument })
      return { ...written(reply), order_ids: endedIds(reply) }
    },
    cancelAfter: async (incoming) => {
      const timeoutSeconds = incoming.body.timeout_s
      const reply = await submit(services, incoming, { kind: 'CancelAfter', timeoutSeconds })
      const { firesAtUs } = eventOf(reply, 'CancelAfterSet')
      return { ...written(reply), fires_at: timeOrNull(firesAtUs) }
    },
    listFills: async ({ caller, query }) => {
      await caughtUp(services, query)
      const rows = await readModels.fills({
        ...pageArgs(query),
        account: await accountOf(services, caller, query.account_id),
        instrument: await numberOfSymbol(query.symbol),
        order: numberOrNull('order', query.order_id),
      })
      const { instruments } = await catalog.goods()
      return toPage(rows, query, {
        positionOf: (row) => row.trade,
        map: (row) => {
          const instrument = instruments.get(row.instrument)
          if (instrument === undefined)
            throw refused('NOT_FOUND', { what: 'instrument', id: row.instrument })
          return toFill(row, instrument)
        },
      })
    },
  }
}

/** From the engine while it remembers, then from history; only history can lag behind min_seq. */
async function orderById(
  services: Services,
  incoming: Incoming<Endpoints['getOrder']>,
): Promise<Order> {
  const { caller, query } = incoming
  const id = incoming.params.order_id
  const order = mustNumber('order', id)
  const view = await ownOrder(services, caller, order)
  if (view !== null) return toOrder(view, await services.catalog.byNumber(view.instrument))
  await caughtUp(services, query)
  const row = await services.readModels.order({ order })
  if (row === null || !(await owns(services, caller, row.account))) {
    throw refused('NOT_FOUND', { what: 'order', id })
  }
  return toOrder(row, await services.catalog.byNumber(row.instrument))
}

async function listOrders(services: Services, incoming: Incoming<Endpoints['listOrders']>) {
  const { caller, query } = incoming
  const status = query.status ?? 'open'
  if (status !== 'open') await caughtUp(services, query)
  const { instruments, bySymbol } = await services.catalog.goods()
  const account = await accountOf(services, caller, query.account_id)
  if (query.symbol !== undefined) await services.catalog.bySymbol(query.symbol)
  const instrument =
    query.symbol === undefined ? null : (bySymbol.get(query.symbol)?.instrument ?? null)
  const page = pageArgs(query)
  const rows =
    status === 'open'
      ? (await services.door.ask('openOrders', { account }))
          .filter((view) => instrument === null || view.instrument === instrument)
          .filter((view) => page.before === null || view.order < page.before)
          .toSorted((a, b) => b.order - a.order)
          .slice(0, page.limit)
      : await services.readModels.orderHistory({
          ...page,
          account,
          instrument,
          open: status === 'closed' ? false : null,
        })
  return toPage<(typeof rows)[number], Order>(rows, query, {
    positionOf: (row) => row.order,
    map: (row) => {
      const found = instruments.get(row.instrument)
      if (found === undefined)
        throw refused('NOT_FOUND', { what: 'instrument', id: row.instrument })
      return toOrder(row, found)
    },
  })
}

/** Up to 50 orders, one after another; the command id of each follows from that of the request. */
async function placeOrders(services: Services, incoming: Incoming<Endpoints['placeOrders']>) {
  const { caller, commandId, reply, request, body } = incoming
  const results = []
  for (const [index, order] of body.orders.entries()) {
    const context = { caller, reply, commandId: derivedId(commandId, String(index)) }
    try {
      const place = await placing(services, caller, order)
      const placed = await place(context)
      results.push({ placed, problem: null })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const problem = problemOf(error.refusal, contextOf(request), error)
      results.push({ placed: null, problem })
    }
  }
  return { results }
}

/** What the door can tell without writing: fields, market, band, and whether the money is there. */
async function checkOrder(services: Services, incoming: Incoming<Endpoints['checkOrder']>) {
  const { caller, body, request } = incoming
  try {
    const escrow = await checkedEscrow(services, caller, body)
    return { valid: true, escrow, currency: CURRENCY, problem: null }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const problem = problemOf(error.refusal, contextOf(request), error)
    return { valid: false, escrow: null, currency: CURRENCY, problem }
  }
}

async function checkedEscrow(
  services: Services,
  caller: Caller,
  body: PlaceOrderBody,
): Promise<string | null> {
  const { workload: _unstored, ...order } = body
  const { account } = caller.key
  const { command, instrument } = await orderCommand(services, account, order)
  const { symbol, status, tickMicro } = instrument
  if (status === 'halted') throw refused('MARKET_HALTED', { symbol })
  if (status === 'delisted') throw refused('INSTRUMENT_DELISTED', { symbol })
  const { side, priceTicks: price } = command
  const band = priceBand(instrument)
  const isOut =
    side === 'buy' ? (price ?? 0) > (band?.high ?? Infinity) : (price ?? 0) < (band?.low ?? 0)
  if (band !== null && price !== null && isOut) {
    throw refused('PRICE_BAND', {
      price: priceText(price, tickMicro),
      low: priceText(band.low, tickMicro),
      high: priceText(band.high, tickMicro),
      asset: CURRENCY,
    })
  }
  if (side === 'sell' || price === null) return null
  const hold = holdFor({
    priceMicroPerHour: BigInt(price) * tickMicro,
    units: command.units,
    horizonSeconds: command.horizonSeconds,
    feePpm: Math.max(instrument.takerFeePpm, instrument.makerFeePpm),
  })
  const needed = hold.principalMicro + hold.feeMicro
  const balances = await services.door.ask('balances', { account })
  const free = balances.find((one) => one.asset === CURRENCY)?.availableMicro ?? 0n
  if (free < needed) {
    throw refused('INSUFFICIENT_FUNDS', {
      needed: moneyText(needed),
      available: moneyText(free),
      asset: CURRENCY,
    })
  }
  return moneyText(needed)
}
