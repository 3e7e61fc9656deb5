import type { Event, EventOf } from '../../src/messages/index.ts'

export const DIGEST = 'ab'.repeat(32)
export const RESOURCES = { cores: 1, memoryMib: 1_024, diskMib: 4_096, cards: 0 }
export const PEOPLE: readonly number[] = [10, 11, 12, 13]
export const NODES: readonly number[] = [1, 2]

type Placed = EventOf<'OrderPlaced'>

/** An order with only the named fields of interest; the rest is what most orders have. */
export function placed(
  fields: Pick<Placed, 'order' | 'account' | 'instrument' | 'side' | 'units'> & Partial<Placed>,
): Placed {
  return {
    kind: 'OrderPlaced',
    key: 1,
    offer: false,
    type: 'limit',
    priceTicks: 60,
    timeInForce: 'GTC',
    expiresAtUs: null,
    postOnly: false,
    allOrNone: false,
    colocate: false,
    minUnits: 0,
    standing: false,
    selfTrade: 'expire_maker',
    horizonSeconds: 3_600,
    durationSeconds: null,
    capMicro: null,
    clientOrderId: `label-${fields.order}`,
    capacity: 'principal',
    onBehalfOf: null,
    node: null,
    workload: null,
    retryTicks: null,
    ...fields,
  }
}

/** Founds an exchange: a member with four accounts, a site with two nodes, two instruments. */
export function foundation(timeUs: number): Event[] {
  return [
    { kind: 'VenueOpened', venue: 'test', exchangePublicKey: DIGEST, rules: 1 },
    { kind: 'MemberOpened', member: 1, handle: 'm-1', roles: ['buyer', 'provider'] },
    ...PEOPLE.map((account): Event => {
      return {
        kind: 'AccountOpened',
        account,
        member: 1,
        ownerGroup: account,
        handle: `a-${account}`,
      }
    }),
    {
      kind: 'KeyIssued',
      key: 1,
      issuedBy: 0,
      account: 10,
      user: null,
      node: null,
      label: 'laptop "一" \\ {}, NULL',
      credential: 'bearer',
      scopes: ['read', 'trade'],
      expiresAtUs: timeUs + 1,
      capMicro: null,
    },
    { kind: 'SiteAdded', site: 1, account: 10, hub: 1, handle: 'site-1' },
    ...NODES.flatMap((node): Event[] => [
      {
        kind: 'NodeRegistered',
        node,
        account: 10,
        site: 1,
        handle: `n-${node}`,
        publicKey: DIGEST,
      },
      {
        kind: 'NodeAttested',
        node,
        attested: RESOURCES,
        reserve: { ...RESOURCES, cores: 0 },
        isolation: 'namespaces',
        inventoryDigest: DIGEST,
      },
      { kind: 'NodeStatusSet', node, status: 'online', reason: '' },
      { kind: 'ContactChanged', node, connected: true },
    ]),
    ...[1, 2].map((instrument): Event => {
      return {
        kind: 'InstrumentListed',
        instrument,
        symbol: `CPU-${instrument}`,
        sku: 1,
        grade: 'A',
        hub: 1,
        tickMicro: 1_000n,
        referenceTicks: 60,
        bandPpm: 500_000,
        makerFeePpm: 500,
        takerFeePpm: 500,
        sellerFeePpm: 1_000,
        horizonSeconds: 3_600,
        noticeSeconds: 600,
        interruptible: true,
      }
    }),
  ]
}

/** A challenge and its first `steps` steps: commitment, draw, answer, verdict. */
export function challenged(challenge: number, node: number, atUs: number, steps: number): Event[] {
  const task = { seed: DIGEST, size: 64, commitMs: 1_000, answerMs: 1_000 }
  const [of, what] = [{ challenge, node }, { lease: null, proof: 'matrix' } as const]
  const closed = { end: 'passed', measured: challenge, contract: 9, ratioPpm: null } as const
  const opened = { audit: null, openedAtUs: atUs, commitByUs: atUs + 1 }
  const all: Event[] = [
    { kind: 'ChallengeOpened', account: 12, ...of, ...what, ...task, ...opened },
    {
      kind: 'ChallengeCommitted',
      ...of,
      root: DIGEST,
      work: 7,
      committedAtUs: atUs + 1,
      drawByUs: atUs + 2,
    },
    { kind: 'ChallengeDrawn', ...of, draw: DIGEST, drawnAtUs: atUs + 2, answerByUs: atUs + 3 },
    {
      kind: 'ChallengeAnswered',
      ...of,
      answerDigest: DIGEST,
      answeredAtUs: atUs + 3,
      judgeByUs: atUs + 4,
    },
    {
      kind: 'ChallengeClosed',
      ...of,
      ...what,
      ...closed,
      openedAtUs: atUs,
      closedAtUs: atUs + 4,
    },
  ]
  return all.slice(0, steps + 1)
}
