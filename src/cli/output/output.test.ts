import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'
import { pairLines, tableLines } from './table.ts'
import { yamlOf } from './yaml.ts'

test('columns stay aligned beside Chinese characters', () => {
  const lines = tableLines(
    [{ title: '枢纽' }, { title: 'N', right: true }, { title: 'C' }],
    [
      ['贵州一', '7', 'x'],
      ['nx', '12', ''],
    ],
  )
  expect(lines).toEqual(['枢纽     N  C', '贵州一   7  x', 'nx      12'])
  expect(
    pairLines([
      ['价格', '1'],
      ['abc', ''],
    ]),
  ).toEqual(['价格  1', 'abc'])
})

test('YAML quotes what it would read as something else', () => {
  const value = {
    data: [{ id: 'ordr_1', price: '0.50', at: '2026-01-01T00:00:00Z', on: 'yes', none: null }],
    empty: [],
    map: {},
    text: 'a: b',
    count: 3,
  }
  expect(yamlOf(value)).toBe(
    [
      'data:',
      '  - id: ordr_1',
      '    price: "0.50"',
      '    at: "2026-01-01T00:00:00Z"',
      '    "on": "yes"',
      '    none: null',
      'empty: []',
      'map: {}',
      'text: "a: b"',
      'count: 3',
      '',
    ].join('\n'),
  )
  expect(yamlOf('null')).toBe('"null"\n')
})

test('CSV has a column for every scalar, and quotes where needed', () => {
  const rows = [
    { id: 'a', hub: { code: 'x', name: { en: 'A, B' } }, list: ['p', 'q'] },
    { id: 'b', more: 'say "hi"' },
  ]
  expect(csvOf(rows)).toBe(
    'id,hub.code,hub.name.en,list,more\r\na,x,"A, B",p q,\r\nb,,,,"say ""hi"""\r\n',
  )
})
