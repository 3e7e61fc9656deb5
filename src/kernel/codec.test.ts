import { expect, expectTypeOf, test } from 'vitest'
import {
  assert,
  AssertionFailure,
  bool,
  bytes,
  CodecError,
  decode,
  encode,
  hex,
  i53,
  i64,
  safe64,
  list,
  nullable,
  oneOf,
  readEach,
  Reader,
  struct,
  text,
  toHex,
  u128hex,
  u16,
  u32,
  u53,
  u8,
  variant,
} from './index.ts'
import type { AnyCodec, Codec, Infer } from './index.ts'

const place = struct({
  account: u53,
  side: oneOf('buy', 'sell'),
  priceMicro: i64,
  units: u32,
  label: nullable(text(8)),
})
const command = variant({
  PlaceOrder: [1, place],
  CancelOrders: [2, struct({ orders: list(struct({ id: u53 }), 3) })],
})
const record = struct({ seq: u53, command })
const order = {
  seq: 7,
  command: {
    kind: 'PlaceOrder' as const,
    account: 300,
    side: 'sell' as const,
    priceMicro: -2n,
    units: 9,
    label: '算',
  },
}

/** Forgets the type, to feed a codec what the types would refuse. */
function loose(codec: AnyCodec): Codec<unknown> {
  return codec as unknown as Codec<unknown>
}

function faultOf(run: () => unknown): { path: string; reason: string } {
  try {
    run()
  } catch (error) {
    if (error instanceof CodecError) return { path: error.path, reason: error.reason }
    throw error
  }
  throw new Error('nothing was thrown')
}

test('the types of struct and variant are inferred', () => {
  type Place = {
    account: number
    side: 'buy' | 'sell'
    priceMicro: bigint
    units: number
    label: string | null
  }
  expectTypeOf<Infer<typeof place>>().toEqualTypeOf<Place>()
  expectTypeOf<Infer<typeof command>['kind']>().toEqualTypeOf<'PlaceOrder' | 'CancelOrders'>()
  expectTypeOf<Extract<Infer<typeof command>, { kind: 'CancelOrders' }>>().toEqualTypeOf<{
    kind: 'CancelOrders'
    orders: { id: number }[]
  }>()
})

test('a record has the documented layout', () => {
  expect(toHex(encode(record, order))).toBe(
    ['07', '0100', 'ac02', '01', 'feffffffffffffff', '09000000', '01', '03', 'e7ae97'].join(''),
  )
  expect(decode(record, encode(record, order))).toEqual(order)
})

test('an error names the path of the faulty field', () => {
  const { command: placed } = order
  expect(faultOf(() => encode(record, { seq: 1, command: { ...placed, units: -1 } }))).toEqual({
    path: 'command.units',
    reason: 'expected an integer 0..4294967295, got -1',
  })
  const cancel = { seq: 1, command: { kind: 'CancelOrders', orders: [{ id: 1 }, { id: 0.5 }] } }
  expect(faultOf(() => encode(record, cancel as Infer<typeof record>)).path).toBe(
    'command.orders[1].id',
  )
  const cut = encode(record, order).subarray(0, 5)
  expect(faultOf(() => decode(record, cut)).path).toBe('command.side')
  const message = 'command.side: unexpected end of bytes'
  expect(() => decode(record, cut)).toThrow(message)
})

test('writing refuses missing fields, wrong types and values out of range', () => {
  const refused: readonly [AnyCodec, readonly unknown[]][] = [
    [u8, [-1, 256, 0.5, Number.NaN, '1', 1n, null, undefined]],
    [u16, [-1, 65_536, 1n]],
    [u32, [-1, 2 ** 32, 1n]],
    [u53, [-1, 2 ** 53, 0.5, Number.NaN, '1', 1n]],
    [i53, [2 ** 53, -(2 ** 53), 0.5, 1n]],
    [safe64, [2 ** 53, -(2 ** 53), 0.5, 1n]],
    [i64, [2n ** 62n + 1n, -(2n ** 62n) - 1n, 1]],
    [bool, [0, null]],
    [text(3), ['算算', 'abcd', '\ud800', 5]],
    [bytes(1), [new Uint8Array(2), [1]]],
    [hex(1), ['0', 'AA', '0g', '000', 7]],
    [u128hex, ['00', 'A'.repeat(32)]],
    [oneOf('a', 'b'), ['c', 0]],
    [nullable(u8), [undefined]],
    [list(u8, 1), [[1, 2], Array(1), 'a']],
    [place, [null, 5, {}, { account: 1 }]],
    [command, [null, {}, { kind: 'toString' }]],
  ]
  for (const [codec, values] of refused) {
    for (const value of values) expect(() => encode(loose(codec), value)).toThrow(CodecError)
  }
})

test('reading refuses every encoding but the canonical one', () => {
  const read = (codec: AnyCodec, ...input: number[]) =>
    faultOf(() => decode(loose(codec), Uint8Array.from(input))).reason
  expect(read(u8)).toBe('unexpected end of bytes')
  expect(read(u8, 1, 2)).toBe('1 trailing bytes')
  expect(read(u53, 0x80, 0)).toBe('overlong varint')
  expect(read(i53, 0x80, 0)).toBe('overlong varint')
  expect(read(u53, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10)).toBe('varint above 2^53-1')
  expect(read(u53, 255, 255, 255, 255, 255, 255, 255, 255, 1)).toBe('varint of more than 8 bytes')
  expect(read(i53, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f)).toMatch(/varint/)
  expect(read(i64, 1, 0, 0, 0, 0, 0, 0, 0x40)).toBe('outside 2^62')
  expect(read(bool, 2)).toBe('boolean byte 2')
  expect(read(text(3), 4, 97, 97, 97, 97)).toBe('4 bytes, at most 3 allowed')
  expect(read(text(3), 2, 0xc0, 0x80)).toBe('invalid UTF-8')
  expect(read(text(3), 3, 0xed, 0xa0, 0x80)).toBe('invalid UTF-8')
  expect(read(bytes(1), 2, 1, 1)).toBe('2 bytes, at most 1 allowed')
  expect(read(oneOf('a', 'b'), 2)).toBe('no choice has number 2')
  expect(read(nullable(u8), 2)).toBe('null flag 2')
  expect(read(nullable(nullable(u8)), 1, 0)).toBe('null written as a value')
  expect(read(list(u8, 1), 2, 1, 1)).toBe('2 items, at most 1 allowed')
  expect(read(command, 3, 0)).toBe('no kind has number 3')
})

test('the greatest values go through', () => {
  const limits: readonly [AnyCodec, unknown][] = [
    [u53, Number.MAX_SAFE_INTEGER],
    [i53, Number.MAX_SAFE_INTEGER],
    [i53, Number.MIN_SAFE_INTEGER],
    [i64, 2n ** 62n],
    [i64, -(2n ** 62n)],
    [u32, 2 ** 32 - 1],
  ]
  for (const [codec, value] of limits) {
    expect(decode(loose(codec), encode(loose(codec), value))).toBe(value)
  }
})

test('what is read does not share memory with its source', () => {
  const source = encode(bytes(4), Uint8Array.of(1, 2))
  const value = decode(bytes(4), source)
  source[1] = 9
  expect(value).toEqual(Uint8Array.of(1, 2))
})

test('an error keeps its name and an assertion inside a codec passes through unchanged', () => {
  const broken: Codec<number> = { write: () => assert(false, 'a bug'), read: () => 0 }
  expect(() => encode(struct({ a: broken }), { a: 1 })).toThrow(new AssertionFailure('a bug'))
  expect(() => encode(list(broken, 1), [1])).toThrow(AssertionFailure)
  expect(() => decode(u8, new Uint8Array())).toThrow(expect.objectContaining({ path: '' }))
})

test('a failed encoding leaves nothing behind for the next one', () => {
  expect(() => encode(list(u8, 3), [1, 2, 256])).toThrow(CodecError)
  expect(encode(list(u8, 3), [4])).toEqual(Uint8Array.of(1, 4))
})

test('an encoding inside an encoding has a writer of its own', () => {
  const nested: Codec<number> = {
    write: (writer, value) => writer.raw(encode(u8, value)),
    read: (reader) => reader.u8(),
  }
  expect(encode(list(nested, 3), [7, 8])).toEqual(Uint8Array.of(2, 7, 8))
})

test('two cases may not share a number, nor a struct of a case hold a kind', () => {
  expect(() => variant({ A: [1, struct({})], B: [1, struct({})] })).toThrow(
    'number 1 is used twice',
  )
  expect(() => variant({ A: [1, struct({ kind: u8 })] })).toThrow('a field named kind')
})

test('a long list can be taken one by one: the same values, refusals and places of errors', () => {
  const max = 3
  const taken = (encoded: Uint8Array): number[] => {
    const found: number[] = []
    readEach(u8, max, new Reader(encoded), (value) => found.push(value))
    return found
  }
  const codec = list(u8, max)
  expect(taken(encode(codec, [5, 6]))).toEqual([5, 6])
  for (const encoded of [Uint8Array.of(4, 1, 2, 3, 4), Uint8Array.of(2, 1), Uint8Array.of()]) {
    let why = ''
    try {
      codec.read(new Reader(encoded))
    } catch (error) {
      why = (error as Error).message
    }
    expect(why).not.toBe('')
    expect(() => taken(encoded)).toThrow(why)
  }
})
