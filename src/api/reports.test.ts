// A report is taken only when all of it holds (EVA-008); what was taken is shown whole to everybody.
import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ApiVenue,
  addNode,
  listGoods,
  listGrade,
  openParty,
  until,
  type Party,
  type TestNode,
} from '../../test/support/api-venue.ts'
import { INVENTORY, measured, signedReport } from '../../test/support/report.ts'
import { sha256Hex } from '../kernel/index.ts'
import type { EvaluationReport } from '../messages/index.ts'
import { judge } from '../models/index.ts'
import { parseReport, renderReport } from '../wire/index.ts'

let venue: ApiVenue
let seller: Party
let node: TestNode
let goods: Awaited<ReturnType<typeof listGoods>>
beforeAll(async () => {
  venue = await ApiVenue.start()
  goods = await listGoods(venue)
  seller = await openParty(venue, 'provider')
  node = await addNode(venue, seller, goods)
  await venue.operator.setThresholds({
    params: { sku_id: goods.product },
    body: { thresholds: [{ grade: 'A', minimums: [{ metric: 'points.general', at_least: 800 }] }] },
  })
})
afterAll(() => venue.stop())

const FIO = {
  name: 'fio',
  state: 'used',
  version: 'fio-3.33',
  binary: 'ab'.repeat(32),
  detail: 'libaio, depth 32',
  metrics: [
    { metric: 'fio_read_4k_iops', runs: [50_000, 50_000, 50_001, 50_000, 50_000], shares: [] },
    { metric: 'fio_write_4k_iops', runs: [1, 2, 3, 4, 5], shares: [] },
  ],
} as const satisfies EvaluationReport['tools'][number]

const about = (times = 1) => ({ ...measured(times), venue: 'test', node: node.number })
const make = (changes: Partial<EvaluationReport> = {}, times = 1) =>
  signedReport(node, about(times), changes)

function newSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return {
    publicKey: Buffer.from(x, 'base64url').toString('hex'),
    sign: (bytes: Uint8Array) => sign(null, bytes, privateKey).toString('hex'),
  }
}

describe('EVA-008: forged reports are refused with REPORT_UNVERIFIED', () => {
  const day = 86_400_000_000
  const nowUs = () => Date.now() * 1_000
  const other = newSigner()
  const better = () => judge(measured(3))
  const text = () => Buffer.from(make().bytes).toString()
  const forged: [string, () => Uint8Array][] = [
    ['form', () => Buffer.from('{}')],
    ['form', () => Buffer.from(text().replace('"report"', ' "report"'))],
    ['form', () => Buffer.from(text().replace('"test"', '"test", "more": 1'))],
    ['signature', () => Buffer.from(text().replace('Imagined', 'Imagined1'))],
    ['signature', () => forgedSignature()],
    ['key', () => signedReport(other, about()).bytes],
    ['tools', () => make({ tools: [{ ...FIO, binary: null }] }).bytes],
    ['tools', () => make({ tools: [{ ...FIO, state: 'absent', binary: null }] }).bytes],
    ['tools', () => make({ tools: [{ ...FIO, name: 'iperf3' }] }).bytes],
    ['tools', () => make({ tools: [FIO, FIO] }).bytes],
    ['evidence', () => make({ tools: [FIO] }).bytes],
    ['venue', () => make({ venue: 'elsewhere' }).bytes],
    ['venue', () => make({ venue: null }).bytes],
    ['node', () => make({ node: null }).bytes],
    ['node', () => make({ node: 99 }).bytes],
    ['suite', () => make({ suite: 'suan-1' }).bytes],
    ['suite', () => make({ suiteDigest: '00'.repeat(32) }).bytes],
    ['reference', () => make({ referenceDigest: '00'.repeat(32) }).bytes],
    ['scores', () => make({ judgement: better() }).bytes],
    ['scores', () => make({ judgement: { ...judge(measured()), rated: false } }).bytes],
    ['evidence', () => make({ metrics: measured(3).metrics, judgement: better() }).bytes],
    ['metrics', () => make({ metrics: twice() }).bytes],
    ['inventory', () => make({ inventory: { ...INVENTORY, cores: 64 } }).bytes],
    ['expiry', () => make({ expiresAtUs: nowUs() + 100 * day }).bytes],
    ['expiry', () => make({ measuredAtUs: nowUs() - 2 * day, expiresAtUs: nowUs() - day }).bytes],
  ]
  const twice = () => [...measured().metrics, ...measured().metrics]
  function forgedSignature(): Uint8Array {
    const signed = parseReport(make().bytes)
    if (signed === null) throw new Error('it is a report')
    const last = signed.signature.endsWith('0') ? '1' : '0'
    return renderReport({ ...signed, signature: `${signed.signature.slice(0, -1)}${last}` })
  }

  test.each(forged)('%s', async (what, bytes) => {
    const refused = node.daemon.reportEvaluation({ body: bytes() })
    await expect(refused).rejects.toMatchObject({ code: 'REPORT_UNVERIFIED' })
    await expect(refused).rejects.toThrow(what)
    const { evaluation } = await seller.client.getNode({ params: { node_id: node.id } })
    expect(evaluation).toBeNull()
  })
  test('nobody reports on the node of another member', async () => {
    const stranger = await openParty(venue, 'provider')
    const refused = stranger.client.reportEvaluation({ body: make().bytes })
    await expect(refused).rejects.toMatchObject({ code: 'REPORT_UNVERIFIED' })
  })
  test('more than a report can be is refused unread', async () => {
    const refused = node.daemon.reportEvaluation({ body: new Uint8Array(70_000) })
    await expect(refused).rejects.toMatchObject({ code: 'OBJECT_TOO_LARGE' })
  })
})

describe('a report that holds', () => {
  const params = () => ({ node_id: node.id })
  test('EVA-003: of a busy machine is kept and grades nothing', async () => {
    const one = about()
    const conditions = { ...one.conditions, foreignPermille: 400 }
    const { bytes, digest } = signedReport(node, { ...one, conditions })
    const done = await node.daemon.reportEvaluation({ body: bytes })
    expect(done).toMatchObject({ rated: false, reasons: ['LOADED'], grades: [] })
    const listed = await venue
      .client()
      .listEvaluations({ params: params(), query: { min_seq: done.seq } })
    expect(listed).toMatchObject({
      standing: null,
      data: [{ report_digest: digest, rated: false }],
    })
  })
  test('grades by points, and its file is given back as it was signed', async () => {
    const { bytes, digest } = make()
    const done = await node.daemon.reportEvaluation({ body: bytes })
    expect(done.grades).toEqual([{ product_id: goods.product, grade: 'A' }])
    expect(done.report_digest).toBe(digest)
    const query = { min_seq: done.seq }
    const listed = await venue.client().listEvaluations({ params: params(), query })
    expect(listed).toMatchObject({
      standing: { report_digest: digest, rated: true, independent: false },
      factors: [{ product_id: goods.product, factor_ppm: 1_000_000 }],
      retest: null,
      classes: [{ product_id: goods.product, nodes: 1 }],
      data: [{ rated: true }, { rated: false }],
    })
    expect(listed.classes[0]?.medians[0]).toEqual({ dimension: 'general', points: 1_000 })
    const answer = await fetch(`${venue.url}/v1/evaluations/${digest}`)
    expect(answer.headers.get('content-type')).toContain('application/json')
    const given = new Uint8Array(await answer.arrayBuffer())
    expect(sha256Hex(given)).toBe(digest)
    expect(parseReport(given)).not.toBeNull()
    const page = await venue.client().listEvaluations({ params: params(), query: { limit: 1 } })
    expect(page).toMatchObject({ has_more: true, data: [{ rated: true }] })
  })
  test('an offer of the machine has a standard price by its factor', async () => {
    await listGrade(venue, goods, 'CPU-A-LAB', 'A')
    const sold = { node_id: node.id, sku_id: goods.product }
    await seller.client.setOffer({ params: sold, body: { price: '0.10', max_units: 2 } })
    const stream = node.daemon.openStream()
    stream.subscribe('assignments', { node_id: node.id }, () => {})
    const inBook = async () =>
      (await seller.client.listOffers({ query: { available: true } })).data.length > 0
    await until(inBook)
    const { data } = await venue.client().getCatalog()
    stream.close()
    expect(data[0]).toMatchObject({
      grades: [{ grade: 'A', nodes: 1 }],
      standard_price: { best: '0.10', mean: '0.10', offers: 1, without_factor: 0 },
      hardware: [{ kind: 'cpu', model: INVENTORY.cpuModel, nodes: 1 }],
    })
  })
  test('and its page has all that follows from it', async () => {
    const { data } = await venue.client().listEvaluations({ params: params() })
    const digest = data[0]?.report_digest ?? ''
    const facts = await venue.client().describeReport({ params: { digest } })
    expect(facts).toMatchObject({
      node_id: node.id,
      report_digest: digest,
      standing: true,
      rated: true,
      independent: false,
      nominal: { cpu_model: INVENTORY.cpuModel, cores: INVENTORY.cores },
      classes: [{ product_id: goods.product, nodes: 1 }],
    })
    expect(facts.dimensions.map(({ points }) => points)).toEqual(Array(5).fill(1_000))
    expect(facts.metrics.map(({ points }) => points)).toEqual(Array(21).fill(1_000))
    expect(facts.metrics[0]).toEqual({
      metric: 'int_1t_ops_per_s',
      unit: 'blocks/s',
      lower_is_better: false,
      dimensions: ['general'],
      value: 17_500,
      plus_minus_ppm: 0,
      cv_ppm: 0,
      runs: 5,
      reference: 17_500,
      points: 1_000,
      fault: null,
    })
    expect(facts.checks.every(({ ok }) => ok)).toBe(true)
    // The one before it is of a busy machine: its page says so.
    const before = { digest: data[1]?.report_digest ?? '' }
    const unrated = await venue.client().describeReport({ params: before })
    expect(unrated).toMatchObject({ standing: false, rated: false, reasons: ['LOADED'] })
    expect(unrated.dimensions.every(({ points }) => points === null)).toBe(true)
  })
  test('EVA-002: a metric of a tool meets a minimum by its name, unless its runs scatter', async () => {
    const gradeBy = async (minimums: { metric: string; at_least: number }[]) => {
      const body = { thresholds: [{ grade: 'A' as const, minimums }] }
      await venue.operator.setThresholds({ params: { sku_id: goods.product }, body })
      return (await seller.client.getNode({ params: params() })).grades[0]?.grade
    }
    const { bytes, digest } = signedReport(node, { ...about(), tools: [FIO] })
    const { seq } = await node.daemon.reportEvaluation({ body: bytes })
    // History follows a moment later.
    await venue.client().listEvaluations({ params: params(), query: { min_seq: seq } })
    const facts = await venue.client().describeReport({ params: { digest } })
    const { metrics: _metrics, ...tool } = FIO
    expect(facts.tools).toEqual([tool])
    expect(facts.metrics.at(-2)).toMatchObject({
      metric: 'fio_read_4k_iops',
      unit: 'IO/s',
      reference: null,
      points: null,
      fault: null,
    })
    expect(facts.metrics.at(-1)).toMatchObject({ metric: 'fio_write_4k_iops', fault: 'SCATTER' })
    expect(await gradeBy([{ metric: 'fio_read_4k_iops', at_least: 50_000 }])).toBe('A')
    expect(await gradeBy([{ metric: 'fio_read_4k_iops', at_least: 50_001 }])).not.toBe('A')
    expect(await gradeBy([{ metric: 'fio_write_4k_iops', at_least: 1 }])).not.toBe('A')
    expect(await gradeBy([{ metric: 'points.general', at_least: 800 }])).toBe('A')
  })
  test('EVA-014: the provider appeals, an assessor measures again, and that stands', async () => {
    await seller.client.requestRetest({ params: params(), body: { reason: 'cooling was off' } })
    const again = seller.client.requestRetest({ params: params(), body: { reason: 'x' } })
    await expect(again).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    const assessor = await openParty(venue, 'assessor')
    const key = newSigner()
    const { public_key: own } = { public_key: key.publicKey }
    await assessor.client.issueKey({
      body: { label: 'measuring', scopes: ['provide'], public_key: own },
    })
    const signer = { publicKey: own, sign: async (bytes: Uint8Array) => key.sign(bytes) }
    const client = venue.client({ signer })
    const done = await client.reportEvaluation({ body: signedReport(key, about(2)).bytes })
    const query = { min_seq: done.seq }
    const { standing, retest } = await venue.client().listEvaluations({ params: params(), query })
    expect(retest).toBeNull()
    expect(standing).toMatchObject({ independent: true, account_id: assessor.account })
    // A later one of its own daemon is kept, and what the assessor measured stands.
    const mine = await node.daemon.reportEvaluation({ body: make({}, 5).bytes })
    const after = await venue
      .client()
      .listEvaluations({ params: params(), query: { min_seq: mine.seq } })
    expect(after.standing).toEqual(standing)
    expect(after.data).toHaveLength(5)
  })
  test('there is no report of other digests', async () => {
    const answer = await fetch(`${venue.url}/v1/evaluations/${'00'.repeat(32)}`)
    expect(answer.status).toBe(404)
    const facts = await fetch(`${venue.url}/v1/evaluations/${'00'.repeat(32)}/facts`)
    expect(facts.status).toBe(404)
  })
})
