import { expect, test } from 'vitest'
import { base64urlEncode, utf8Encode } from '../../kernel/index.ts'
import { LINES_KEPT, LogStore } from './log-store.ts'

const chunk = (stream: 'stdout' | 'stderr', offset: number, text: string | Uint8Array) => ({
  data: {
    stream,
    offset,
    data: base64urlEncode(typeof text === 'string' ? utf8Encode(text) : text),
  },
})
const textOf = (store: LogStore) =>
  store.view.get().lines.map((line) => `${line.stream === 'stdout' ? '' : '! '}${line.text}`)

test('lines arrive in pieces, of both streams, even cut inside a character', () => {
  const store = new LogStore()
  const bytes = utf8Encode('算力')
  store.take(chunk('stdout', 0, bytes.slice(0, 4)))
  store.take(chunk('stderr', 0, 'bad\n'))
  store.take(chunk('stdout', 4, bytes.slice(4)))
  store.take(chunk('stdout', 6, '!\nnext'))
  expect(textOf(store)).toEqual(['算力!', '! bad', 'next'])
})

test('bytes that were there before are not shown twice', () => {
  const store = new LogStore()
  store.take(chunk('stdout', 0, 'one\ntwo\n'))
  store.take(chunk('stdout', 0, 'one\ntwo\nthree\n'))
  expect(textOf(store)).toEqual(['one', 'two', 'three'])
})

test('only the last lines are kept, and how many are left out is known', () => {
  const store = new LogStore()
  store.take(chunk('stdout', 0, 'x\n'.repeat(LINES_KEPT + 3)))
  expect(store.view.get().lines).toHaveLength(LINES_KEPT)
  expect(store.view.get().leftOut).toBe(3)
  expect(store.view.get().lines[0]?.number).toBe(4)
})

test('the end is told', () => {
  const store = new LogStore()
  store.take({ data: { ...chunk('stdout', 0, '').data, end: true } })
  expect(store.view.get().isEnded).toBe(true)
})
