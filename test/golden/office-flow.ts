/** What operator, members and the engine itself do beside trading, each command done and refused. */
import { encode } from '../../src/kernel/index.ts'
import { CHART, CNY, command as commandCodec, type Command } from '../../src/messages/index.ts'
import { buy, issueKey, only, openParty, type Venue } from '../scenarios/venue.ts'

const SCOPES = ['read', 'trade', 'transfer', 'withdraw', 'keys'] as const

export function officeFlow(v: Venue): void {
  members(v)
  money(v)
  catalog(v)
  machines(v)
  engine(v)
  v.wait(3_600)
}

/** Done by who may, then tried by who may not. */
function both(v: Venue, command: Command): void {
  v.done(v.operator, command)
  v.refused(v.buyer, command)
}

function members(v: Venue): void {
  const { operator } = v
  both(v, { kind: 'OpenMember', handle: 'acme', roles: ['buyer', 'provider'] })
  const account = { kind: 'OpenAccount', member: 2, ownerGroup: 0, handle: 'second' } as const
  const second = only(v.done(operator, account), 'AccountOpened').account
  v.refused(operator, { ...account, member: 99 })
  both(v, { kind: 'SetOwnerGroup', account: second, ownerGroup: 1 })
  const person = { kind: 'AddUser', member: 2, handle: 'ada', verifier: 'scrypt$1' } as const
  const { user } = only(v.done(operator, person), 'UserAdded')
  v.refused(operator, person)
  both(v, { kind: 'SetVerifier', user, verifier: 'scrypt$2' })
  const key = issueKey(v, second, [...SCOPES], { user, capMicro: 5_000_000n })
  const short = { credential: 'link', expiresAtUs: v.timeUs + 60_000_000 } as const
  issueKey(v, second, ['read'], { ...short, secret: 'cd'.repeat(32) })
  v.done(operator, { kind: 'RevokeKey', key })
  v.refused({ ...v.buyer, account: second, key }, buy(v))
}

function money(v: Venue): void {
  const { operator, buyer } = v
  const { account } = buyer
  const asset = CNY
  const paid = {
    kind: 'Deposit',
    account,
    asset,
    amountMicro: 20_000_000n,
    reference: 'b',
  } as const
  both(v, paid)
  v.refused(operator, { ...paid, amountMicro: 1n })
  const handle = 'savings'
  const open = { kind: 'OpenAccount', member: buyer.member, ownerGroup: 0, handle } as const
  const to = only(v.done(operator, open), 'AccountOpened').account
  v.done(buyer, { kind: 'Transfer', to, asset, amountMicro: 3_000_000n })
  v.refused(buyer, { kind: 'Transfer', to, asset, amountMicro: 1n << 60n })
  for (const confirmed of [true, false]) {
    const asked = v.done(buyer, { kind: 'RequestWithdrawal', asset, amountMicro: 50_000n })
    const { withdrawal } = only(asked, 'WithdrawalRequested')
    v.done(operator, { kind: 'SettleWithdrawal', withdrawal, confirmed })
  }
  const cap = { kind: 'SetBudget', scope: 'account', subject: account, period: 'day' } as const
  v.done(buyer, { ...cap, limitMicro: 10n })
  v.refused(buyer, buy(v))
  v.done(buyer, { ...cap, limitMicro: null })
  twoPersons(v)
}

/** Proposed by one person and approved by another; an approval by the same one is refused. */
function twoPersons(v: Venue): void {
  const first = v.operator
  const person = { kind: 'AddUser', member: 1, handle: 'colleague', verifier: null } as const
  const { user } = only(v.done(first, person), 'UserAdded')
  const second = { ...first, key: issueKey(v, first.account, ['read', 'admin'], { user }) }
  const postings = [
    { code: CHART.EQUITY, owner: 0, asset: CNY, amountMicro: 10_000n },
    { code: CHART.AVAILABLE, owner: v.buyer.account, asset: CNY, amountMicro: -10_000n },
  ]
  const actions: Command[] = [
    { kind: 'PostCorrection', reason: 'a bank error', postings },
    { kind: 'ActivateRules', version: 2 },
  ]
  for (const action of actions) {
    v.refused(first, action)
    const expiresAtUs = v.timeUs + 3_600_000_000
    const bytes = encode(commandCodec, action)
    const proposed = v.done(first, { kind: 'Propose', action: bytes, expiresAtUs })
    const { proposal } = only(proposed, 'ProposalMade')
    v.refused(first, { kind: 'Approve', proposal })
    // This software knows no second rules: that proposal is approved and yet refused.
    v.submit(second, { kind: 'Approve', proposal })
  }
}

function catalog(v: Venue): void {
  const name = { en: 'west', zh: '西部' }
  both(v, { kind: 'AddHub', code: 'WEST', name })
  const bundle = { cores: 8, memoryMib: 65_536, diskMib: 10_240, cards: 1 }
  both(v, { kind: 'DefineSku', code: 'gpu', class: 'gpu', unit: 'card', bundle, name })
  both(v, { kind: 'SetReference', instrument: v.instrument, referenceTicks: 105, bandPpm: 800_000 })
  v.submit(v.buyer, buy(v, { timeInForce: 'GTC', priceTicks: 60 }))
  for (const status of ['halted', 'listed'] as const) {
    both(v, { kind: 'SetInstrumentStatus', instrument: v.instrument, status, reason: 'test' })
    v.submit(v.buyer, buy(v, { timeInForce: 'GTC', priceTicks: 61 }))
  }
  const minimums = [{ metric: 'int', atLeast: 100 }]
  const thresholds = [{ grade: 'A' as const, minimums }]
  both(v, { kind: 'SetGradeThresholds', sku: v.sku, thresholds })
  v.submit(v.seller, {
    kind: 'ReportEvaluation',
    node: v.node,
    suite: 'suan-1',
    metrics: [{ metric: 'int', value: 120, spreadPpm: 5_000 }],
    provisional: false,
    digest: 'ef'.repeat(32),
    signature: '00'.repeat(64),
    measuredAtUs: v.timeUs,
    expiresAtUs: v.timeUs + 1_800_000_000,
  })
  assessments(v)
}

/** Verified reports: of the provider, of an assessor, of a busy machine; an appeal between them. */
function assessments(v: Venue): void {
  const one = { lowPpm: 4_000, highPpm: 4_000, cvPpm: 3_000, runs: 5 }
  const inventoryDigest = v.exchange.answers.node({ node: v.node })?.inventoryDigest ?? ''
  const report = {
    kind: 'ReportAssessment',
    node: v.node,
    suite: 'suan-2',
    referenceDigest: '11'.repeat(32),
    metrics: [{ metric: 'int', value: 90, ...one }],
    dimensions: [
      { dimension: 'general', points: 980 },
      { dimension: 'efficiency', points: null },
    ],
    rated: true,
    reasons: [],
    reportDigest: '22'.repeat(32),
    evidenceRoot: '33'.repeat(32),
    inventoryDigest,
    signature: '44'.repeat(64),
    measuredAtUs: v.timeUs,
    expiresAtUs: v.timeUs + 3_600_000_000,
  } satisfies Command
  v.done(v.seller, report)
  v.refused(v.buyer, report)
  v.refused(v.seller, { ...report, inventoryDigest: '55'.repeat(32) })
  const ask = { kind: 'RequestRetest', node: v.node, reason: 'cooling was off' } as const
  v.done(v.seller, ask)
  v.refused(v.buyer, ask)
  v.wait(1)
  const assessor = openParty(v, 'assessor', ['read', 'provide'])
  const better = [{ metric: 'int', value: 120, ...one }]
  v.done(assessor, { ...report, metrics: better, measuredAtUs: v.timeUs })
  v.wait(1)
  const busy = { rated: false, reasons: ['LOADED' as const], measuredAtUs: v.timeUs }
  v.done(v.seller, { ...report, ...busy })
}

function machines(v: Venue): void {
  const { seller, node } = v
  const resources = { cores: 1, memoryMib: 512, diskMib: 0, cards: 0 }
  const fromUs = v.timeUs + 600_000_000
  const span = { fromUs, untilUs: fromUs + 3_600_000_000, reason: 'own use' }
  const promised = v.done(seller, { kind: 'CommitCapacity', node, resources, ...span })
  const { commitment } = only(promised, 'CapacityCommitted')
  v.refused(v.buyer, { kind: 'ReleaseCommitment', commitment })
  v.done(seller, { kind: 'ReleaseCommitment', commitment })
  for (const status of ['draining', 'maintenance', 'online'] as const) {
    v.done(seller, { kind: 'SetNodeStatus', node, status, reason: 'test' })
    v.submit(v.buyer, buy(v))
  }
  const hidden = openParty(v, 'provider', ['read', 'provide'])
  v.refused(hidden, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
}

/** What the engine writes itself, and the operator's words to it. */
function engine(v: Venue): void {
  v.submit(v.buyer, buy(v, { timeInForce: 'GTC', priceTicks: 60, expiresAtUs: null }))
  v.submit(v.buyer, { kind: 'CancelAfter', timeoutSeconds: 900 })
  // Timers are numbered from 1; those that are not armed are passed over.
  for (let timer = 1; timer <= 24; timer++) v.submit(null, { kind: 'HoldTimer', timer })
  for (let timer = 1; timer <= 24; timer++) v.submit(v.operator, { kind: 'ReleaseTimer', timer })
  both(v, { kind: 'ReleaseQuarantine', account: 2, command: '12'.repeat(16) })
  const fromUs = v.timeUs
  v.timeUs += 60_000_000
  v.submit(null, { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs })
}
