/** The operator's part of the catalog: hubs, SKUs, instruments, grades. */
import { fromResources, idOf, type Endpoints } from '../../wire/index.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { mustMoney, mustNumber, mustTicks } from '../inputs.ts'
import type { Services } from '../services.ts'
import { eventOf, submit, written } from '../submit.ts'

type Names =
  | 'addHub'
  | 'defineSku'
  | 'listInstrument'
  | 'setInstrumentStatus'
  | 'setReference'
  | 'setThresholds'

export function listingHandlers(services: Services): Pick<Handlers, Names> {
  const { catalog } = services
  return {
    addHub: async (incoming) => {
      const reply = await submit(services, incoming, { kind: 'AddHub', ...incoming.body })
      return { ...written(reply), hub_id: idOf('hub', eventOf(reply, 'HubAdded').hub) }
    },
    defineSku: async (incoming) => {
      const { bundle, ...rest } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'DefineSku',
        ...rest,
        bundle: fromResources(bundle),
      })
      return { ...written(reply), product_id: idOf('sku', eventOf(reply, 'SkuDefined').sku) }
    },
    listInstrument: (incoming) => listInstrument(services, incoming),
    setInstrumentStatus: async (incoming) => {
      const { instrument } = await catalog.bySymbol(incoming.params.symbol)
      const command = { kind: 'SetInstrumentStatus', instrument, ...incoming.body } as const
      return written(await submit(services, incoming, command))
    },
    setReference: async (incoming) => {
      const { reference_price: price, band_ppm: bandPpm } = incoming.body
      const view = await catalog.bySymbol(incoming.params.symbol)
      const reply = await submit(services, incoming, {
        kind: 'SetReference',
        instrument: view.instrument,
        referenceTicks: mustTicks('reference_price', price, view),
        bandPpm,
      })
      return written(reply)
    },
    setThresholds: async (incoming) => {
      const { sku } = await catalog.skuById(incoming.params.sku_id)
      const thresholds = incoming.body.thresholds.map(({ grade, minimums }) => ({
        grade,
        minimums: minimums.map(({ metric, at_least: atLeast }) => ({ metric, atLeast })),
      }))
      const command = { kind: 'SetGradeThresholds', sku, thresholds } as const
      return written(await submit(services, incoming, command))
    },
  }
}

async function listInstrument(services: Services, incoming: Incoming<Endpoints['listInstrument']>) {
  const { body } = incoming
  const tickMicro = mustMoney('tick_size', body.tick_size)
  const reply = await submit(services, incoming, {
    kind: 'ListInstrument',
    symbol: body.symbol,
    sku: mustNumber('sku', body.product_id),
    grade: body.grade,
    hub: mustNumber('hub', body.hub_id),
    tickMicro,
    referenceTicks: mustTicks('reference_price', body.reference_price, { tickMicro }),
    bandPpm: body.band_ppm,
    makerFeePpm: body.maker_fee_ppm,
    takerFeePpm: body.taker_fee_ppm,
    sellerFeePpm: body.seller_fee_ppm,
    horizonSeconds: body.horizon_seconds,
    noticeSeconds: body.notice_seconds,
    interruptible: body.interruptible,
  })
  const { instrument } = eventOf(reply, 'InstrumentListed')
  return { ...written(reply), instrument_id: idOf('instrument', instrument) }
}
