/** Facts of the core's refusals as people meet them elsewhere: ids with prefixes, fields of the API. */
import type { Refusal } from '../messages/index.ts'
import { PREFIXES, idOf, type IdKind } from '../wire/index.ts'

/** Which fact of a code is the core's integer of what. */
const IDS: Readonly<Record<string, readonly [fact: string, kind: IdKind]>> = {
  ORDER_CLOSED: ['id', 'order'],
  NODE_NOT_TRADABLE: ['node', 'node'],
  CAPACITY_INSUFFICIENT: ['node', 'node'],
  GRADE_MISSING: ['node', 'node'],
  COMMITMENT_CONFLICT: ['node', 'node'],
  ALLOCATION_CLOSED: ['id', 'allocation'],
  SUSPEND_UNSUPPORTED: ['id', 'allocation'],
  WORKLOAD_ENDED: ['id', 'workload'],
  TUNNEL_REFUSED: ['id', 'workload'],
  TUNNEL_UNAVAILABLE: ['id', 'workload'],
  LEASE_STATE: ['id', 'lease'],
}

/** The refusal with the core's integers as ids; what is an id already stays. */
export function withIds(refusal: Refusal): Refusal {
  const [name, ...kinds] = idFact(refusal)
  return mapped(refusal, (fact) => {
    const numbers = fact.value.split('/').map(Number)
    const isNumbers = fact.name === name && /^\d+(?:\/\d+)*$/.test(fact.value)
    // Digits that a client sent in the place of an id may be more than any number of the core.
    const areIds = isNumbers && kinds.every((_, at) => Number.isSafeInteger(numbers[at]))
    if (!areIds || kinds.length === 0) return fact.value
    return kinds.map((kind, at) => idOf(kind, numbers[at] ?? 0)).join('/')
  })
}

function idFact(refusal: Refusal): readonly [fact: string, ...kinds: IdKind[]] {
  if (refusal.code !== 'NOT_FOUND') return IDS[refusal.code] ?? ['']
  const what = refusal.facts.find((fact) => fact.name === 'what')?.value ?? ''
  // A standing offer is named by its node and its product.
  if (what === 'offer') return ['id', 'node', 'sku']
  return what in PREFIXES ? ['id', what as IdKind] : ['']
}

/** The core calls a field by its name in the command: `expiresAtUs` is `expires_at` in the API. */
export function withFieldNames(refusal: Refusal): Refusal {
  return mapped(refusal, ({ name, value }) => (name === 'field' ? inApi(value) : value))
}

function inApi(field: string): string {
  const name = field.replace(/(?:Us|Micro|Ticks)$/, '')
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function mapped(refusal: Refusal, valueOf: (fact: Refusal['facts'][number]) => string): Refusal {
  return {
    ...refusal,
    facts: refusal.facts.map((fact) => ({ name: fact.name, value: valueOf(fact) })),
  }
}
