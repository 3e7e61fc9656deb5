// Measured reports become grades by integer thresholds.
import { describe, expect, test } from 'vitest'
import type { CommandOf } from '../../messages/index.ts'
import { OPERATOR } from '../ledger/money-world.ts'
import { Bazaar, only } from '../trading-fixture.ts'
import { gradeFor } from './grades.ts'

const THRESHOLDS: CommandOf<'SetGradeThresholds'> = {
  kind: 'SetGradeThresholds',
  sku: 1,
  thresholds: [
    { grade: 'A', minimums: [at('int', 100), at('mem', 50)] },
    { grade: 'B', minimums: [at('int', 60)] },
  ],
}
function at(metric: string, atLeast: number) {
  return { metric, atLeast }
}
function measured(values: Readonly<Record<string, number>>) {
  return Object.entries(values).map(([metric, value]) => ({ metric, value, spreadPpm: 0 }))
}
function report(
  x: Bazaar,
  node: number,
  fields: Partial<CommandOf<'ReportEvaluation'>> = {},
): CommandOf<'ReportEvaluation'> {
  return {
    kind: 'ReportEvaluation',
    node,
    suite: 'basic-1',
    metrics: measured({ int: 100, mem: 50 }),
    provisional: false,
    digest: '00'.repeat(32),
    signature: '00'.repeat(64),
    measuredAtUs: x.timeUs,
    expiresAtUs: null,
    ...fields,
  }
}

describe('EVA-002: the best grade whose minimums are all met', () => {
  test.each([
    [{ int: 100, mem: 50 }, 'A'],
    [{ int: 100, mem: 49 }, 'B'],
    [{ int: 1_000 }, 'B'],
    [{ int: 59, mem: 999 }, 'U'],
    [{}, 'U'],
  ] as const)('%o is %s', (values, grade) => {
    expect(gradeFor(THRESHOLDS.thresholds, measured(values))).toBe(grade)
  })
})

describe('reports', () => {
  test('EVA-002, EVA-003: a report grades the node, a provisional one too, and its offer follows', () => {
    const x = new Bazaar()
    const best = x.list({ symbol: 'CORE.A.H1', grade: 'A' })
    const node = x.node(4)
    x.offer(node, 90, 4)
    x.must(OPERATOR, THRESHOLDS)
    const { events } = x.must(x.seller, report(x, node, { provisional: true }))
    expect(only(events, 'NodeGraded')).toEqual([{ kind: 'NodeGraded', node, sku: 1, grade: 'A' }])
    expect(only(events, 'OrderPlaced')).toMatchObject([{ instrument: best }])
    expect(x.catalog.mustNode(node).evaluation?.provisional).toBe(true)
    expect(only(x.must(x.seller, report(x, node)).events, 'NodeGraded')).toEqual([])
  })
  test('EVA-004: an expired report leaves the node unrated', () => {
    const x = new Bazaar()
    const node = x.node(4)
    x.must(OPERATOR, THRESHOLDS)
    x.must(x.seller, report(x, node, { expiresAtUs: x.timeUs + 2_000_000 }))
    x.must(x.seller, report(x, node, { expiresAtUs: x.timeUs + 4_000_000 }))
    const grade = () => x.catalog.gradeOf(x.catalog.mustNode(node), 1)
    x.wait(3)
    expect(grade()).toBe('A')
    x.wait(1)
    expect([grade(), x.catalog.mustNode(node).evaluation]).toEqual(['U', null])
  })
  test('EVA-005: new thresholds grade every node anew', () => {
    const x = new Bazaar()
    const node = x.node(4)
    x.must(x.seller, report(x, node))
    expect(x.catalog.gradeOf(x.catalog.mustNode(node), 1)).toBe('U')
    expect(only(x.must(OPERATOR, THRESHOLDS).events, 'NodeGraded')).toMatchObject([{ grade: 'A' }])
    const harder = [{ grade: 'A' as const, minimums: [at('int', 101)] }]
    const { events } = x.must(OPERATOR, { ...THRESHOLDS, thresholds: harder })
    expect(only(events, 'NodeGraded')).toMatchObject([{ grade: 'U' }])
    expect(x.restored().evaluation.thresholds(1)).toEqual(harder)
  })
  test('EVA-006: thresholds are of a known product, best grade first, each once, never U', () => {
    const x = new Bazaar()
    expect(x.code(OPERATOR, { ...THRESHOLDS, sku: 9 })).toBe('NOT_FOUND')
    for (const grades of [
      ['B', 'A'],
      ['A', 'A'],
      ['A', 'U'],
    ] as const) {
      const thresholds = grades.map((grade) => ({ grade, minimums: [] }))
      expect(x.code(OPERATOR, { ...THRESHOLDS, thresholds })).toBe('FIELD_INVALID')
    }
    expect(x.code(x.seller, THRESHOLDS)).toBe('SCOPE_MISSING')
  })
  test('EVA-007: a report is of one’s own node or by an assessor, not empty, timely', () => {
    const x = new Bazaar()
    const node = x.node(4)
    expect(x.code(x.seller, report(x, 9))).toBe('NOT_FOUND')
    expect(x.code(x.trader('other', 10_000n), report(x, node))).toBe('FORBIDDEN')
    const bad: Partial<CommandOf<'ReportEvaluation'>>[] = [
      { metrics: [] },
      { metrics: [...measured({ int: 1 }), ...measured({ int: 2 })] },
      { measuredAtUs: x.timeUs + 1 },
      { expiresAtUs: x.timeUs },
    ]
    for (const fields of bad) {
      expect(x.code(x.seller, report(x, node, fields))).toBe('FIELD_INVALID')
    }
    x.must(x.seller, report(x, node))
    expect(x.code(x.seller, report(x, node, { measuredAtUs: x.timeUs - 1 }))).toBe('FIELD_INVALID')
  })
})
