// Hubs, sites, nodes, products and instruments: who may name them, and what they must be.
import { decode, encode } from '../../kernel/index.ts'
import { nodeRow } from './rows.ts'
import { describe, expect, test } from 'vitest'
import { LIMITS, type Command, type CommandOf } from '../../messages/index.ts'
import { OPERATOR } from '../ledger/money-world.ts'
import { Bazaar, LISTING, only } from '../trading-fixture.ts'

const name = { en: 'x', zh: 'x' }
const nothing = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
const one = { ...nothing, cores: 1 }
const GOOD = { ...LISTING, symbol: 'CORE.A.H1', grade: 'A' } as const

describe('CAP-020: names are given once, by those who may', () => {
  const key = 'cd'.repeat(32)
  const cases: readonly [string, (x: Bazaar) => Command, 'operator' | 'seller' | 'buyer'][] = [
    ['SCOPE_MISSING', () => ({ kind: 'AddHub', code: 'H2', name }), 'seller'],
    ['ALREADY_EXISTS', () => ({ kind: 'AddHub', code: 'H1', name }), 'operator'],
    ['FIELD_INVALID', () => ({ kind: 'AddHub', code: '', name }), 'operator'],
    ['NOT_FOUND', () => ({ kind: 'AddSite', hub: 9, handle: 'a' }), 'seller'],
    ['FIELD_INVALID', () => ({ kind: 'AddSite', hub: 1, handle: '' }), 'seller'],
    ['ALREADY_EXISTS', () => ({ kind: 'AddSite', hub: 1, handle: 's' }), 'seller'],
    ['NOT_FOUND', () => ({ kind: 'RegisterNode', site: 9, handle: 'a', publicKey: key }), 'seller'],
    ['FORBIDDEN', () => ({ kind: 'RegisterNode', site: 1, handle: 'a', publicKey: key }), 'buyer'],
    [
      'FIELD_INVALID',
      () => ({ kind: 'RegisterNode', site: 1, handle: '', publicKey: key }),
      'seller',
    ],
    [
      'ALREADY_EXISTS',
      () => ({ kind: 'RegisterNode', site: 1, handle: 'n1', publicKey: key }),
      'seller',
    ],
    [
      'ALREADY_EXISTS',
      (x) => {
        const { publicKey } = x.catalog.mustNode(1)
        return { kind: 'RegisterNode', site: 1, handle: 'a', publicKey }
      },
      'seller',
    ],
    ['ALREADY_EXISTS', () => sku({ code: 'CORE' }), 'operator'],
    ['FIELD_INVALID', () => sku({ code: '' }), 'operator'],
    ['FIELD_INVALID', () => sku({ bundle: nothing }), 'operator'],
  ]
  test.each(cases)('%s', (code, command, who) => {
    const x = new Bazaar()
    x.node(1)
    expect(x.code(who === 'operator' ? OPERATOR : x[who], command(x))).toBe(code)
  })
  test('ROLE_MISSING: only a provider has sites', () => {
    const x = new Bazaar()
    expect(x.code(OPERATOR, { kind: 'AddSite', hub: 1, handle: 'a' })).toBe('ROLE_MISSING')
  })
  test('LIMIT_REACHED: nodes of an account', () => {
    const x = new Bazaar()
    x.node(1)
    const fields = decode(nodeRow, encode(nodeRow, x.catalog.mustNode(1)))
    for (let node = 2; node <= LIMITS.nodesPerAccount; node++) {
      x.catalog.addNode({ ...fields, node, publicKey: String(node) })
    }
    const register = { kind: 'RegisterNode', site: 1, handle: 'a', publicKey: key } as const
    expect(x.code(x.seller, register)).toBe('LIMIT_REACHED')
  })
  test('what was named can be found, also after a restart', () => {
    const x = new Bazaar()
    const node = x.node(1)
    const { publicKey } = x.catalog.mustNode(node)
    for (const catalog of [x.catalog, x.restored().catalog]) {
      expect(catalog.nodeByPublicKey(publicKey)?.node).toBe(node)
      expect(catalog.nodesOf(x.seller.account)).toHaveLength(1)
      expect(catalog.instrumentBySymbol('CORE.U.H1')?.instrument).toBe(x.instrument)
      expect(catalog.instrumentFor(1, 'U', 1)?.instrument).toBe(x.instrument)
      expect(catalog.hubViews()).toEqual([{ hub: 1, code: 'H1', name }])
      expect(catalog.skuViews()).toMatchObject([{ sku: 1, code: 'CORE', unit: 'core' }])
    }
  })
})

describe('CAP-021: terms of an instrument', () => {
  const bad: readonly [string, Partial<CommandOf<'ListInstrument'>>][] = [
    ['NOT_FOUND', { sku: 9 }],
    ['NOT_FOUND', { hub: 9 }],
    ['FIELD_INVALID', { symbol: '' }],
    ['FIELD_INVALID', { tickMicro: 0n }],
    ['FIELD_INVALID', { tickMicro: 1_000_000_000_001n }],
    ['FIELD_INVALID', { makerFeePpm: 1_000_001 }],
    ['FIELD_INVALID', { takerFeePpm: 1_000_001 }],
    ['FIELD_INVALID', { sellerFeePpm: 1_000_001 }],
    ['FIELD_INVALID', { horizonSeconds: 59 }],
    ['FIELD_INVALID', { horizonSeconds: LIMITS.durationSecondsMax + 1 }],
    ['FIELD_INVALID', { noticeSeconds: LIMITS.durationSecondsMax + 1 }],
    ['FIELD_INVALID', { bandPpm: 1 }],
    ['ALREADY_EXISTS', { symbol: 'CORE.U.H1' }],
    ['ALREADY_EXISTS', { grade: 'U' }],
  ]
  test.each(bad)('%s: %o', (code, terms) => {
    const x = new Bazaar()
    expect(x.code(OPERATOR, { ...GOOD, ...terms })).toBe(code)
    expect(x.code(OPERATOR, GOOD)).toBe(null)
  })
  test('goods have one instrument at a time; delisting is for ever and makes room', () => {
    const x = new Bazaar()
    const { instrument } = x
    const set = { kind: 'SetInstrumentStatus', instrument, reason: 'over' } as const
    x.must(OPERATOR, { ...set, status: 'delisted' })
    expect(x.code(OPERATOR, { ...set, status: 'listed' })).toBe('INSTRUMENT_DELISTED')
    expect(x.code(OPERATOR, { ...set, instrument: 9, status: 'listed' })).toBe('NOT_FOUND')
    expect(x.list({ symbol: 'CORE.U.H1.2' })).toBe(instrument + 1)
    expect(x.restored().catalog.instrumentFor(1, 'U', 1)?.symbol).toBe('CORE.U.H1.2')
  })
  test('the reference and its band can be set', () => {
    const x = new Bazaar()
    const { instrument } = x
    const set = { kind: 'SetReference', instrument, referenceTicks: 0, bandPpm: 1 } as const
    expect(x.code(OPERATOR, set)).toBe('FIELD_INVALID')
    const { events } = x.must(OPERATOR, { ...set, referenceTicks: 100 })
    expect(only(events, 'ReferenceSet')).toMatchObject([{ referenceTicks: 100, bandPpm: 1 }])
  })
})

function sku(fields: Partial<CommandOf<'DefineSku'>>): CommandOf<'DefineSku'> {
  return { kind: 'DefineSku', code: 'A', class: 'cpu', unit: 'core', bundle: one, name, ...fields }
}
