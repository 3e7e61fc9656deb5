// A venue that delivers nothing: trades are paid at once.
import { expect, test } from 'vitest'
import { Exchange } from '../../src/exchange/index.ts'
import { buy, openVenue, Venue, all } from './venue.ts'

const balance = (exchange: Exchange, code: number, owner: number): bigint =>
  exchange.audit().balances.find((each) => each.code === code && each.owner === owner)
    ?.amountMicro ?? 0n

test('TRD-037: the seller has the price less commission, the venue its fees, the rest is free again', () => {
  const v = openVenue({}, new Venue(new Exchange({ settlement: 'at_trade' })))
  const { buyer, seller } = v
  // 2 units at 100 ticks of 1,000 micro-yuan for an hour, though the buyer would pay 110.
  const events = v.done(buyer, buy(v, { units: 2, priceTicks: 110 }))
  expect(all(events, 'TradeExecuted')).toHaveLength(1)
  expect(all(events, 'LeaseOpened')).toEqual([])
  const paid = 200_000n + 100n
  expect(balance(v.exchange, 2000, buyer.account)).toBe(paid - 100_000_000n)
  expect(balance(v.exchange, 2010, buyer.account)).toBe(0n)
  expect(balance(v.exchange, 2000, seller.account)).toBe(-198_000n)
  expect(balance(v.exchange, 4000, 0)).toBe(-100n)
  expect(balance(v.exchange, 4100, 0)).toBe(-2_000n)
  expect(v.exchange.audit().faults).toEqual([])
  // The node of 4 cores has sold 2 for good: its offer has the other 2, also after a restart.
  const offered = () => v.exchange.answers.book({ instrument: v.instrument, depth: 5 })?.asks
  expect(offered()).toEqual([[100, 2, 1]])
  const after = new Exchange({ settlement: 'at_trade' })
  after.load(v.exchange.snapshot())
  expect(after.stateHash()).toBe(v.exchange.stateHash())
  expect(after.audit().faults).toEqual([])
  v.exchange = after
  expect(offered()).toEqual([[100, 2, 1]])
})
