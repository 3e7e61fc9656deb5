/** JSON that nearly fits a schema: what it says, with a mistake here and there, as text. */
import type { Prng } from '../../src/kernel/index.ts'
import { mutate, pick } from './mutate.ts'

const TEXTS = [
  '',
  ' ',
  '0',
  '1',
  '-1',
  '0.10',
  '0.000001',
  '1e9',
  '99999999999999999999',
  '-0.5',
  'NaN',
  'null',
  'acct_1',
  'acct_2',
  'acct_zzzzzzzzzzz',
  'mem_1',
  'mem_2',
  'key_1',
  'ordr_1',
  'allo_1',
  'lse_1',
  'node_1',
  'sku_1',
  'hub_1',
  'site_1',
  'wkld_1',
  'prop_1',
  'inst_1',
  'CPU.U.LAB',
  'CNY',
  'USD',
  'buyer',
  'operator',
  'a',
  'A'.repeat(65),
  'x'.repeat(5_000),
  '算力',
  '\u0000',
  '\ud800',
  '🙂',
  '__proto__',
  'constructor',
  '1970-01-01T00:00:00Z',
  '2026-11-27T18:00:00.000000Z',
  '1795800000',
  '9'.repeat(20),
  '00'.repeat(16),
  'ab'.repeat(32),
  'cd'.repeat(64),
  '../../etc',
  '%00',
  '<b>',
] as const
const NUMBERS = [
  0,
  1,
  -1,
  2,
  7,
  100,
  1.5,
  1e-9,
  255,
  65_536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  1e300,
] as const
const JUNK = [null, true, false, {}, [], [[]], { a: { b: { c: [] } } }, [null], 'text', 3] as const

/** Path parameters of every kind. */
export const PARAMS = TEXTS.filter((text) => text !== '' && !text.includes('\ud800'))

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
}

/** The text of a body; one in eight is no longer JSON, perhaps. */
export function bodyText(rng: Prng, schema: object): string {
  const text = JSON.stringify(valueOf(rng, schema, 0)) ?? 'null'
  const bytes = Buffer.from(text)
  if (rng.below(8) > 0) return text
  return mutate(rng, bytes, bytes).toString('utf8')
}

function valueOf(rng: Prng, schema: Schema, depth: number): unknown {
  if (rng.below(25) === 0) return pick(rng, JUNK)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return pick(rng, schema.enum)
  if (schema.anyOf !== undefined) return valueOf(rng, pick(rng, schema.anyOf), depth)
  switch (schema.type) {
    case 'object':
      return objectOf(rng, schema, depth)
    case 'array':
      return Array.from({ length: rng.below(4) }, () => valueOf(rng, schema.items ?? {}, depth + 1))
    case 'integer':
    case 'number':
      return rng.below(3) === 0 ? pick(rng, NUMBERS) : rng.below(20)
    case 'boolean':
      return rng.below(2) === 0
    case 'null':
      return null
    default:
      return pick(rng, TEXTS)
  }
}

function objectOf(rng: Prng, { properties = {}, required = [] }: Schema, depth: number): object {
  const entries: [string, unknown][] = []
  for (const [name, schema] of Object.entries(properties)) {
    const isNeeded = required.includes(name)
    if (rng.below(isNeeded ? 30 : 2) === 0) continue
    entries.push([name, valueOf(rng, schema, depth + 1)])
  }
  if (rng.below(20) === 0) entries.push([pick(rng, TEXTS), pick(rng, JUNK)])
  return Object.fromEntries(entries)
}
