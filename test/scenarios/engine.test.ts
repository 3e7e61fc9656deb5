/** Command ids, rule versions and timers through the whole state machine. */
import { describe, expect, test } from 'vitest'
import { encode, newCommandId } from '../../src/kernel/index.ts'
import { command as commandCodec, LIMITS, type Command } from '../../src/messages/index.ts'
import { all, buy, deposit, issueKey, only, openVenue, type Party, type Venue } from './venue.ts'

const DEPOSIT = { kind: 'Deposit', asset: 'CNY', amountMicro: 10_000n, reference: '' } as const

/** An envelope of the operator with an id made `secondsAgo` before now. */
function envelope(v: Venue, command: Command, secondsAgo = 0, salt = 0) {
  const random = new Uint8Array(10)
  new DataView(random.buffer).setUint32(2, 0xabcd0000 + salt)
  const id = newCommandId(Math.floor(v.timeUs / 1_000) - secondsAgo * 1_000, random)
  return { account: v.operator.account, key: v.operator.key, id, command }
}
function execute(v: Venue, given: ReturnType<typeof envelope>) {
  const seq = v.exchange.lastSeq + 1
  return v.exchange.execute({ seq, timeUs: v.timeUs, envelope: given })
}

describe('command ids', () => {
  const command = { ...DEPOSIT, account: 2 }

  test('ENG-001 ids outside the last 24 hours and the next 5 minutes are never carried out', () => {
    const v = openVenue()
    const looks = [86_401, 86_399, 0, -299, -301].map((ago) => {
      const found = v.exchange.lookup(envelope(v, command, ago), v.timeUs)
      return found.kind === 'refused' ? found.refusal.code : found.kind
    })
    expect(looks).toEqual(['COMMAND_ID_EXPIRED', 'new', 'new', 'new', 'COMMAND_ID_EXPIRED'])
  })

  test('ENG-002 ENG-007 the same command again is the first one; another one with its id is refused', () => {
    const v = openVenue()
    const first = envelope(v, command)
    execute(v, first)
    const seq = v.exchange.lastSeq
    expect(v.exchange.lookup(first, v.timeUs)).toEqual({ kind: 'replay', seq })
    const other = { ...first, command: { ...command, amountMicro: 20_000n } }
    expect(v.exchange.lookup(other, v.timeUs)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'COMMAND_ID_REUSED' },
    })
    v.restart()
    expect(v.exchange.lookup(first, v.timeUs)).toEqual({ kind: 'replay', seq })
  })

  test('ENG-002 a refusal has its id too', () => {
    const v = openVenue()
    const bad = envelope(v, { ...command, account: 999 })
    expect(execute(v, bad).refusal?.code).toBe('NOT_FOUND')
    expect(v.exchange.lookup(bad, v.timeUs)).toMatchObject({ kind: 'replay' })
  })

  test(
    'ENG-004 an account that uses more ids than are kept has a shorter window',
    { timeout: 120_000 },
    () => {
      const v = openVenue()
      // Refused commands have ids too, and cost the least.
      const of = (salt: number, { account, key } = v.buyer) => ({
        ...envelope(v, command, 0, salt),
        account,
        key,
      })
      const first = of(0)
      execute(v, first)
      const { lastSeq: seq } = v.exchange
      v.timeUs += 2_000
      const second = of(1)
      const late = of(2)
      execute(v, second)
      v.timeUs += 5_000
      for (let salt = 3; salt <= LIMITS.liveIdsPerAccount; salt++) execute(v, of(salt))
      expect(v.exchange.lookup(first, v.timeUs)).toEqual({ kind: 'replay', seq })
      v.timeUs += 1_000
      execute(v, of(3_000_000))
      // The first is forgotten, so it must never be taken for a new one; the second is not.
      const expired = { kind: 'refused', refusal: { code: 'COMMAND_ID_EXPIRED' } }
      for (const again of [() => {}, () => v.restart()]) {
        again()
        expect(v.exchange.lookup(first, v.timeUs)).toMatchObject(expired)
        expect(v.exchange.lookup(second, v.timeUs)).toMatchObject({ kind: 'replay' })
        expect(v.exchange.lookup(late, v.timeUs)).toEqual({ kind: 'new' })
        expect(v.exchange.lookup(of(5, v.seller), v.timeUs)).toEqual({ kind: 'new' })
      }
    },
  )
})

test('ENG-005 rules move forward only, by two persons, and only to what the software knows', () => {
  const v = openVenue()
  const action: Command = { kind: 'ActivateRules', version: 2 }
  expect(v.refused(v.operator, action)).toBe('TWO_PERSONS_NEEDED')
  const added = v.done(v.operator, { kind: 'AddUser', member: 1, handle: 'second', verifier: null })
  const { user } = only(added, 'UserAdded')
  const second: Party = { ...v.operator, key: issueKey(v, 1, ['admin'], { user }) }
  const expiresAtUs = v.timeUs + 3_600_000_000
  const proposal = { kind: 'Propose', action: encode(commandCodec, action), expiresAtUs } as const
  const made = only(v.done(v.operator, proposal), 'ProposalMade')
  const approve = { kind: 'Approve', proposal: made.proposal } as const
  expect(v.refused(v.operator, approve)).toBe('TWO_PERSONS_NEEDED')
  expect(v.refused(second, approve)).toBe('RULES_UNKNOWN')
})

test('ENG-009 timers fire in the order of their due times, each at its own', () => {
  const v = openVenue()
  v.done(v.buyer, buy(v, { priceTicks: 90, timeInForce: 'GTD', expiresAtUs: v.timeUs + 5_000_000 }))
  v.done(v.buyer, buy(v, { priceTicks: 90, timeInForce: 'GTD', expiresAtUs: v.timeUs + 3_000_000 }))
  const [first, second] = v.exchange.answers.openOrders({ account: v.buyer.account })
  v.timeUs += 60_000_000
  deposit(v, v.buyer, 10_000n)
  const ended = all(v.takeEvents(), 'OrderEnded').map((event) => event.order)
  expect(ended).toEqual([second?.order, first?.order])
})

test('DLV-003 an ended workload cannot be stopped; one of another member is not found', () => {
  const v = openVenue()
  const workload = { specDigest: 'ab'.repeat(32), closeAllocation: true }
  const queued = only(v.done(v.buyer, buy(v, { workload })), 'WorkloadQueued')
  const stop = { kind: 'StopWorkload', workload: queued.workload, graceSeconds: 5 } as const
  expect(v.refused(v.seller, stop)).toBe('NOT_FOUND')
  expect(only(v.done(v.buyer, stop), 'WorkloadStopRequested').graceSeconds).toBe(5)
  v.done(v.buyer, { kind: 'CloseAllocation', allocation: queued.allocation })
  v.wait(601)
  expect(v.refused(v.buyer, stop)).toBe('WORKLOAD_ENDED')
})
