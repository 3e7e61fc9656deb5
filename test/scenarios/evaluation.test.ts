/** Verified reports and what they do to what is on sale. */
import { describe, expect, test } from 'vitest'
import type { CommandOf } from '../../src/messages/index.ts'
import {
  addNode,
  all,
  issueKey,
  listInstrument,
  only,
  openParty,
  openVenue,
  type Party,
  type Venue,
} from './venue.ts'

const DAY_US = 86_400_000_000
const OTHER = '77'.repeat(32)

/** A node on offer as unrated; an instrument of grade A waits for one that is. */
function graded() {
  const v = openVenue({ cores: 4 })
  const best = listInstrument(v, { symbol: 'CPU.A.LAB', grade: 'A' })
  const thresholds = [{ grade: 'A' as const, minimums: [{ metric: 'int', atLeast: 100 }] }]
  v.done(v.operator, { kind: 'SetGradeThresholds', sku: v.sku, thresholds })
  return { v, best }
}

function report(
  v: Venue,
  value: number,
  more: Partial<CommandOf<'ReportAssessment'>> = {},
): CommandOf<'ReportAssessment'> {
  return {
    kind: 'ReportAssessment',
    node: v.node,
    suite: 'suan-2',
    referenceDigest: '11'.repeat(32),
    metrics: [{ metric: 'int', value, lowPpm: 0, highPpm: 0, cvPpm: 0, runs: 5 }],
    dimensions: [{ dimension: 'general', points: value * 10 }],
    rated: true,
    reasons: [],
    reportDigest: '22'.repeat(32),
    evidenceRoot: '33'.repeat(32),
    inventoryDigest: '00'.repeat(32),
    signature: '44'.repeat(64),
    measuredAtUs: v.timeUs,
    expiresAtUs: v.timeUs + DAY_US,
    ...more,
  }
}
function attest(v: Venue, inventoryDigest: string): void {
  const resources = { cores: 4, memoryMib: 8_192, diskMib: 0, cards: 0 }
  v.done(v.seller, {
    kind: 'AttestNode',
    node: v.node,
    attested: resources,
    reserve: { ...resources, cores: 0, memoryMib: 0 },
    isolation: 'namespaces',
    inventoryDigest,
  })
}
const offered = (v: Venue) =>
  v.exchange.answers
    .offers({ account: v.seller.account })
    .map(({ grade, instrument }) => [grade, instrument])
const view = (v: Venue) => v.exchange.answers.assessment({ node: v.node })

describe('EVA-009 unrated machines', () => {
  test('are sold where grade U is listed, and move on when they are rated', () => {
    const { v, best } = graded()
    expect(offered(v)).toEqual([['U', v.instrument]])
    v.done(v.seller, report(v, 120, { rated: false, reasons: ['LOADED'] }))
    expect(offered(v)).toEqual([['U', v.instrument]])
    v.wait(1)
    const events = v.done(v.seller, report(v, 120))
    expect(only(events, 'OrderPlaced').instrument).toBe(best)
    expect(offered(v)).toEqual([['A', best]])
  })
})

describe('EVA-012 another machine behind the node', () => {
  test('is unrated until it was measured', () => {
    const { v } = graded()
    v.done(v.seller, report(v, 120))
    attest(v, '00'.repeat(32))
    expect(offered(v)[0]?.[0]).toBe('A')
    attest(v, OTHER)
    expect(offered(v)[0]?.[0]).toBe('U')
    expect(view(v)).toMatchObject({ standing: null, factors: [], last: { rated: true } })
    v.wait(1)
    expect(v.refused(v.seller, report(v, 120))).toBe('REPORT_UNVERIFIED')
    v.done(v.seller, report(v, 120, { inventoryDigest: OTHER }))
    expect(offered(v)[0]?.[0]).toBe('A')
  })
})

describe('EVA-014 an appeal', () => {
  const assessorOf = (v: Venue): Party => openParty(v, 'assessor', ['read', 'evaluate'])
  test('is answered by an assessor, whose word stands until it expires', () => {
    const { v } = graded()
    v.done(v.seller, report(v, 90))
    expect(view(v)?.factors).toEqual([{ sku: v.sku, factorPpm: 900_000 }])
    v.done(v.seller, { kind: 'RequestRetest', node: v.node, reason: 'cooling was off' })
    v.wait(1)
    v.done(v.seller, report(v, 95))
    expect(view(v)?.retest?.reason).toBe('cooling was off')
    v.wait(1)
    v.done(assessorOf(v), report(v, 110, { expiresAtUs: v.timeUs + 10_000_000 }))
    expect(view(v)).toMatchObject({ retest: null, standing: { independent: true } })
    v.wait(1)
    v.restart()
    expect(all(v.done(v.seller, report(v, 10)), 'NodeGraded')).toEqual([])
    expect(offered(v)[0]?.[0]).toBe('A')
    v.wait(10)
    expect([offered(v)[0]?.[0], view(v)?.standing]).toEqual(['U', null])
    v.done(v.seller, report(v, 100))
    expect(view(v)?.standing?.independent).toBe(false)
  })
  test('needs the scope of who reports: evaluate for another’s machine, provide for one’s own', () => {
    const { v } = graded()
    const code = (by: Party) => v.submit(by, report(v, 120)).refusal?.code ?? 'done'
    expect(code(openParty(v, 'assessor', ['read', 'trade']))).toBe('SCOPE_MISSING')
    expect(code(openParty(v, 'provider', ['read', 'evaluate']))).toBe('FORBIDDEN')
    expect(code({ ...v.seller, key: issueKey(v, v.seller.account, ['evaluate']) })).toBe(
      'SCOPE_MISSING',
    )
    expect(code(openParty(v, 'assessor', ['read', 'provide']))).toBe('done')
  })
  test('an assessor who is the provider is not another one', () => {
    const { v } = graded()
    const opened = openParty(v, ['provider', 'assessor'], ['read', 'provide'])
    v.seller = opened
    addNode(v)
    v.done(opened, report(v, 120))
    expect(view(v)?.standing?.independent).toBe(false)
  })
})

test('the class of a product is the median of its graded nodes', () => {
  const { v } = graded()
  for (const value of [120, 130, 500, 90]) {
    v.done(v.seller, report(v, value))
    addNode(v)
  }
  v.node = 1
  const [found] = view(v)?.classes ?? []
  expect(found).toMatchObject({ sku: v.sku, nodes: 3 })
  expect(found?.medians.slice(0, 2)).toEqual([
    { dimension: 'general', points: 1_300 },
    { dimension: 'ai', points: null },
  ])
})
