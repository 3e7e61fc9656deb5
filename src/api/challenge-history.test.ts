// The core remembers the newest challenges of a node; an auditor sees all of them.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiVenue, openMarket, openParty, type Market } from '../../test/support/api-venue.ts'
import { items } from '../client/index.ts'
import { LIMITS } from '../messages/index.ts'
import type { Challenge } from '../wire/index.ts'

let venue: ApiVenue
let market: Market
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

const hex = () => randomBytes(32).toString('hex')
const MORE = 4

test('PRF-005 every challenge is shown, also those that the core has forgotten, and after a rebuild', async () => {
  const { node } = market
  const assessor = await openParty(venue, 'assessor')
  // 1. More challenges than the core remembers, the last one open.
  const ids: string[] = []
  const count = LIMITS.challengesKept + MORE
  for (let at = 0; at <= count; at++) {
    const task = { size: 64, commit_ms: 20_000, answer_ms: 20_000 }
    const body = { node_id: node.id, proof: 'matrix' as const, seed: hex(), ...task }
    const { challenge } = await assessor.client.openChallenge({ body })
    const params = { challenge_id: challenge.id }
    ids.unshift(challenge.id)
    if (at === count) break
    await node.daemon.commitChallenge({ params, body: { root: hex(), work: 1 } })
    await assessor.client.drawChallenge({ params, body: { draw: hex() } })
    await node.daemon.answerChallenge({ params, body: new Uint8Array([at]) })
    const verdict = { verdict: 'passed' as const, measured: at, contract: 0 }
    await assessor.client.judgeChallenge({ params, body: verdict })
  }
  // 2. Anybody reads all of them, in pages, newest first.
  const anybody = venue.client()
  const params = { node_id: node.id }
  const first = await anybody.listChallenges({ params, query: { limit: 5 } })
  expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 5))
  expect(first.has_more).toBe(true)
  const all = async () => {
    const found: Challenge[] = []
    const pages = items((page) => anybody.listChallenges({ params, query: { ...page, limit: 7 } }))
    for await (const one of pages) found.push(one)
    return found
  }
  await venue.models.waitFor(venue.engine.durableSeq(), 20_000)
  const whole = await all()
  expect(whole.map(({ id }) => id)).toEqual(ids)
  expect(whole.at(-1)).toMatchObject({ end: 'passed', step: 'closed', measured: 0 })
  expect(whole[0]).toMatchObject({ end: null, step: 'commit' })
  // 3. One by its id, with the answer that was given, however old.
  const oldest = { challenge_id: ids.at(-1) ?? '' }
  expect(await anybody.getChallenge({ params: oldest })).toEqual(whole.at(-1))
  const answer = new Response(await anybody.getAnswer({ params: oldest }))
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([0]))
  // 4. The read models are made of the journal alone.
  await venue.models.rebuild()
  expect(await all()).toEqual(whole)
})
