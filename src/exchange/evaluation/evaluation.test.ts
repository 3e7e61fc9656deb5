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

describe('verified reports', () => {
  const INVENTORY = 'ab'.repeat(32)
  const DAY_US = 86_400_000_000
  function assessed(
    x: Bazaar,
    node: number,
    fields: Partial<CommandOf<'ReportAssessment'>> = {},
  ): CommandOf<'ReportAssessment'> {
    const one = { lowPpm: 0, highPpm: 0, cvPpm: 0, runs: 5 }
    return {
      kind: 'ReportAssessment',
      node,
      suite: 'suan-2',
      referenceDigest: '11'.repeat(32),
      metrics: [
        { metric: 'int', value: 100, ...one },
        { metric: 'mem', value: 50, ...one },
      ],
      dimensions: [{ dimension: 'general', points: 1_000 }],
      rated: true,
      reasons: [],
      reportDigest: '22'.repeat(32),
      evidenceRoot: '33'.repeat(32),
      inventoryDigest: INVENTORY,
      signature: '44'.repeat(64),
      measuredAtUs: x.timeUs,
      expiresAtUs: x.timeUs + DAY_US,
      ...fields,
    }
  }
  function attest(x: Bazaar, node: number, inventoryDigest = INVENTORY): void {
    const { attested, reserve, isolation } = x.catalog.mustNode(node)
    if (attested === null) throw new Error('the fixture attests')
    x.must(x.seller, { kind: 'AttestNode', node, attested, reserve, isolation, inventoryDigest })
  }
  function ready(): { x: Bazaar; node: number; grade: () => string } {
    const x = new Bazaar()
    const node = x.node(4)
    attest(x, node)
    x.must(OPERATOR, THRESHOLDS)
    return { x, node, grade: () => x.catalog.gradeOf(x.catalog.mustNode(node), 1) }
  }
  const unrated = { rated: false, reasons: ['LOADED'] } as const

  test('EVA-003: an unrated report is kept, grades nothing, and what stood stands on', () => {
    const { x, node, grade } = ready()
    x.must(x.seller, assessed(x, node, { ...unrated, reasons: ['LOADED', 'SCATTER'] }))
    expect([grade(), x.evaluation.assessment(node)?.standing]).toEqual(['U', null])
    x.wait(1)
    x.must(x.seller, assessed(x, node))
    x.wait(1)
    const { events } = x.must(x.seller, assessed(x, node, { ...unrated, reasons: ['STEAL'] }))
    expect(events.map(({ kind }) => kind)).toEqual(['NodeAssessed'])
    expect([grade(), x.evaluation.assessment(node)?.last?.rated]).toEqual(['A', false])
    expect(x.restored().evaluation.assessment(node)).toEqual(x.evaluation.assessment(node))
  })
  test('EVA-002: points of a dimension are metrics too', () => {
    const { x, node, grade } = ready()
    const minimums = [at('points.general', 900)]
    x.must(OPERATOR, { ...THRESHOLDS, thresholds: [{ grade: 'A', minimums }] })
    x.must(x.seller, assessed(x, node))
    expect(grade()).toBe('A')
    x.wait(1)
    const dimensions = [{ dimension: 'general' as const, points: null }]
    x.must(x.seller, assessed(x, node, { dimensions }))
    expect(grade()).toBe('U')
  })
  test('EVA-004, EVA-013: when it expires, grade and factor end', () => {
    const { x, node, grade } = ready()
    x.must(x.seller, assessed(x, node, { expiresAtUs: x.timeUs + 2_000_000 }))
    expect(grade()).toBe('A')
    x.wait(3)
    expect([grade(), x.evaluation.assessment(node)]).toMatchObject([
      'U',
      { standing: null, factors: [], last: { rated: true } },
    ])
  })
  test.each([
    [[at('int', 100), at('mem', 50)], 1_000_000],
    [[at('int', 150), at('mem', 50)], 666_666],
    [[at('int', 50), at('mem', 80)], 625_000],
    [[at('int', 0)], 1_000_000],
    [[at('int', 10), at('gpu', 1)], null],
  ])('EVA-013: against %j the factor is %s', (minimums, factorPpm) => {
    const { x, node } = ready()
    x.must(x.seller, assessed(x, node))
    const { events } = x.must(OPERATOR, { ...THRESHOLDS, thresholds: [{ grade: 'A', minimums }] })
    const { factors } = x.evaluation.assessment(node) ?? {}
    expect(factors?.[0]?.factorPpm ?? null).toBe(factorPpm)
    const changed = factorPpm === 1_000_000 ? [] : [{ sku: 1, factorPpm }]
    expect(only(events, 'NodeFactorSet')).toMatchObject(changed)
  })
  test('EVA-011: it is fresh, newest, lasts 90 days at most, and is well formed', () => {
    const { x, node } = ready()
    expect(x.code(x.seller, assessed(x, 99))).toBe('NOT_FOUND')
    expect(x.code(x.trader('other', 10_000n), assessed(x, node))).toBe('FORBIDDEN')
    const twice = assessed(x, node)
    const bad: Partial<CommandOf<'ReportAssessment'>>[] = [
      { metrics: [...twice.metrics, ...twice.metrics] },
      { dimensions: [...twice.dimensions, ...twice.dimensions] },
      { rated: false },
      { reasons: ['LOADED'] },
      { measuredAtUs: x.timeUs + 1 },
      { measuredAtUs: x.timeUs - DAY_US - 1 },
      { expiresAtUs: x.timeUs },
      { expiresAtUs: x.timeUs + 90 * DAY_US + 1 },
    ]
    for (const fields of bad) {
      expect(x.code(x.seller, assessed(x, node, fields))).toBe('FIELD_INVALID')
    }
    x.must(x.seller, assessed(x, node))
    expect(x.code(x.seller, assessed(x, node))).toBe('FIELD_INVALID')
  })
  test('EVA-014: a retest is one’s own to ask for, once, with a reason', () => {
    const { x, node } = ready()
    const ask = { kind: 'RequestRetest', node, reason: 'cooling was off' } as const
    expect(x.code(x.seller, { ...ask, node: 99 })).toBe('NOT_FOUND')
    expect(x.code(x.trader('other', 10_000n), ask)).toBe('FORBIDDEN')
    expect(x.code(x.seller, { ...ask, reason: '' })).toBe('FIELD_INVALID')
    const { events } = x.must(x.seller, ask)
    expect(only(events, 'RetestRequested')).toMatchObject([{ node, reason: ask.reason }])
    expect(x.code(x.seller, ask)).toBe('ALREADY_EXISTS')
    x.must(x.seller, assessed(x, node))
    expect(x.evaluation.assessment(node)?.retest?.reason).toBe(ask.reason)
  })
})
