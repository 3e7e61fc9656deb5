/** Facts of the core's refusals as people meet them elsewhere: ids with prefixes, ticks as prices. */
import type { Command, Refusal } from '../messages/index.ts'
import { PREFIXES, idOf, priceText, type IdKind } from '../wire/index.ts'
import type { Services } from './services.ts'

/** Which fact of a code is the core's integer of what. */
const IDS: Readonly<Record<string, readonly [fact: string, kind: IdKind]>> = {
  ORDER_CLOSED: ['id', 'order'],
  NODE_NOT_TRADABLE: ['node', 'node'],
  CAPACITY_INSUFFICIENT: ['node', 'node'],
  GRADE_MISSING: ['node', 'node'],
  COMMITMENT_CONFLICT: ['node', 'node'],
  ALLOCATION_CLOSED: ['id', 'allocation'],
  WORKLOAD_ENDED: ['id', 'workload'],
  LEASE_STATE: ['id', 'lease'],
}

/** Facts that are prices in ticks. */
const PRICES: Readonly<Record<string, readonly string[]>> = {
  PRICE_BAND: ['price', 'low', 'high'],
  POST_ONLY_WOULD_CROSS: ['price', 'best'],
}

/** The refusal with the core's integers as ids; what is an id already stays. */
export function withIds(refusal: Refusal): Refusal {
  const [name, ...kinds] = idFact(refusal)
  return mapped(refusal, (fact) => {
    const isNumbers = fact.name === name && /^\d+(?:\/\d+)*$/.test(fact.value)
    if (!isNumbers || kinds.length === 0) return fact.value
    const numbers = fact.value.split('/')
    return kinds.map((kind, at) => idOf(kind, Number(numbers[at]))).join('/')
  })
}

function idFact(refusal: Refusal): readonly [fact: string, ...kinds: IdKind[]] {
  if (refusal.code !== 'NOT_FOUND') return IDS[refusal.code] ?? ['']
  const what = refusal.facts.find((fact) => fact.name === 'what')?.value ?? ''
  // A standing offer is named by its node and its product.
  if (what === 'offer') return ['id', 'node', 'sku']
  return what in PREFIXES ? ['id', what as IdKind] : ['']
}

/** The refusal of a command with prices instead of ticks. */
export async function withPrices(
  services: Services,
  command: Command,
  refusal: Refusal,
): Promise<Refusal> {
  if (PRICES[refusal.code] === undefined) return refusal
  const instrument = await instrumentOf(services, command)
  if (instrument === null) return refusal
  const { tickMicro } = await services.catalog.byNumber(instrument)
  return inPrices(refusal, tickMicro)
}

/** The refusal with prices instead of ticks of `tickMicro`. */
export function inPrices(refusal: Refusal, tickMicro: bigint): Refusal {
  const prices = PRICES[refusal.code] ?? []
  return mapped(refusal, ({ name, value }) =>
    prices.includes(name) && /^\d+$/.test(value) ? priceText(Number(value), tickMicro) : value,
  )
}

async function instrumentOf({ door }: Services, command: Command): Promise<number | null> {
  if (command.kind === 'PlaceOrder') return command.instrument
  if (command.kind !== 'AmendOrder') return null
  return (await door.ask('order', { order: command.order }))?.instrument ?? null
}

function mapped(refusal: Refusal, valueOf: (fact: Refusal['facts'][number]) => string): Refusal {
  return {
    ...refusal,
    facts: refusal.facts.map((fact) => ({ name: fact.name, value: valueOf(fact) })),
  }
}
