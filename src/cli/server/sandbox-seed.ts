/** Fills a new sandbox: two members with play money between them, a market, keys for this machine. */
import { randomBytes } from 'node:crypto'
import { assert, newCommandId } from '../../kernel/index.ts'
import {
  CNY,
  SLA_PROFILES,
  wordRefusal,
  type Command,
  type CommandOf,
  type EngineDoor,
  type Event,
  type EventKind,
  type EventOf,
  type Grade,
  type Role,
  type Scope,
} from '../../messages/index.ts'
import { newToken, secretFile, tokenSecret, type DataFolder } from './data-folder.ts'
import { GRADES, HUB, listing, SKUS } from './sandbox-market.ts'

/** Play money of the sandbox buyer: 10,000 CNY. */
const PLAY_MONEY_MICRO = 10_000_000_000n
const LINK_SECONDS = 3_600

const BUYER: Scope[] = ['read', 'trade', 'deliver', 'transfer', 'withdraw', 'keys']
const SELLER: Scope[] = ['read', 'trade', 'transfer', 'withdraw', 'keys', 'provide', 'evaluate']

interface Authority {
  readonly account: number
  readonly key: number
}
/** Who acts in the sandbox, with bearer tokens. */
export interface SandboxParty extends Authority {
  readonly token: string
}
export interface Sandbox {
  readonly operator: SandboxParty
  readonly buyer: SandboxParty
  readonly seller: SandboxParty
  /** looks at leases from outside: neither buyer nor seller */
  readonly prober: SandboxParty
}

/** The minimums of a grade: one core of a recent server, of an older one, of anything that works. */
const MINIMUMS: Readonly<Record<string, number>> = { A: 40_000, B: 15_000, C: 1 }

/** Sets up what is missing. Safe to run at every start, and after a crash in the middle of it. */
export async function seedSandbox(door: EngineDoor, folder: DataFolder): Promise<Sandbox> {
  const operatorToken = secretFile(folder, 'operator.token', () => newToken('test'))
  const operator = { ...(await party(door, operatorToken)), token: operatorToken }
  const buyer = await member(door, folder, operator, {
    name: 'buyer',
    role: 'buyer',
    scopes: BUYER,
  })
  const seller = await member(door, folder, operator, {
    name: 'provider',
    role: 'provider',
    scopes: SELLER,
  })
  const prober = await member(door, folder, operator, {
    name: 'prober',
    role: 'assessor',
    scopes: ['read', 'evaluate'],
  })
  await giveMoney(door, operator, buyer.account)
  await openMarket(door, operator)
  return { operator, buyer, seller, prober }
}

/** A one-time sign-in link key of an account; returns its token. */
export async function signInToken(door: EngineDoor, by: SandboxParty): Promise<string> {
  const token = newToken('link')
  const key = await door.ask('keyBySecret', { secret: tokenSecret(by.token) })
  assert(key !== null, 'the sandbox key is there')
  await done(door, by, {
    kind: 'IssueKey',
    account: by.account,
    user: key.user,
    node: null,
    label: 'sign-in link',
    credential: 'link',
    secret: tokenSecret(token),
    scopes: [...key.scopes],
    expiresAtUs: Date.now() * 1_000 + LINK_SECONDS * 1_000_000,
    capMicro: null,
  })
  return token
}

async function party(door: EngineDoor, token: string): Promise<Authority> {
  const key = await door.ask('keyBySecret', { secret: tokenSecret(token) })
  assert(key !== null, 'the token belongs to this journal')
  return { account: key.account, key: key.key }
}

async function member(
  door: EngineDoor,
  folder: DataFolder,
  operator: Authority,
  who: { readonly name: string; readonly role: Role; readonly scopes: Scope[] },
): Promise<SandboxParty> {
  const token = secretFile(folder, `${who.name}.token`, () => newToken('test'))
  const known = await door.ask('keyBySecret', { secret: tokenSecret(token) })
  if (known !== null) return { account: known.account, key: known.key, token }
  const handle = `sandbox-${who.name}`
  const members = await door.ask('members', {})
  const id =
    members.find((each) => each.handle === handle)?.member ??
    one(
      await done(door, operator, { kind: 'OpenMember', handle, roles: [who.role] }),
      'MemberOpened',
    ).member
  const [there] = await door.ask('accounts', { member: id })
  const account =
    there?.account ??
    one(await done(door, operator, openAccount(id, handle)), 'AccountOpened').account
  const person = await door.ask('userByHandle', { handle })
  const user =
    person?.user ??
    one(
      await done(door, operator, { kind: 'AddUser', member: id, handle, verifier: null }),
      'UserAdded',
    ).user
  const { scopes } = who
  const issued = await done(door, operator, keyOf({ account, user, token, scopes, label: handle }))
  return { account, key: one(issued, 'KeyIssued').key, token }
}

function openAccount(id: number, handle: string): CommandOf<'OpenAccount'> {
  return { kind: 'OpenAccount', member: id, ownerGroup: 0, handle }
}

function keyOf(of: {
  account: number
  user: number
  token: string
  scopes: Scope[]
  label: string
}): CommandOf<'IssueKey'> {
  const { account, user, scopes, label } = of
  const secret = tokenSecret(of.token)
  const unlimited = { expiresAtUs: null, capMicro: null, node: null }
  return {
    kind: 'IssueKey',
    account,
    user,
    label,
    credential: 'bearer',
    secret,
    scopes,
    ...unlimited,
  }
}

async function giveMoney(door: EngineDoor, operator: Authority, account: number): Promise<void> {
  const balances = await door.ask('balances', { account })
  const has = balances.some(
    (each) => each.availableMicro + each.heldMicro + each.escrowedMicro > 0n,
  )
  if (has) return
  await done(door, operator, {
    kind: 'Deposit',
    account,
    asset: CNY,
    amountMicro: PLAY_MONEY_MICRO,
    reference: 'play money',
  })
}

async function openMarket(door: EngineDoor, operator: Authority): Promise<void> {
  const hubs = await door.ask('hubs', {})
  const hub =
    hubs.find((each) => each.code === HUB.code)?.hub ??
    one(await done(door, operator, HUB), 'HubAdded').hub
  for (const { sku, priceTicks } of SKUS) {
    const skus = await door.ask('skus', {})
    const id =
      skus.find((each) => each.code === sku.code)?.sku ??
      one(await done(door, operator, sku), 'SkuDefined').sku
    const listed = new Set((await door.ask('instruments', {})).map((each) => each.symbol))
    for (const grade of GRADES) {
      const command = listing({ code: sku.code, sku: id, hub, grade, priceTicks })
      if (listed.has(command.symbol)) continue
      await done(door, operator, thresholds(id))
      await done(door, operator, command)
    }
  }
  await promise(door, operator)
}

/** Both shipped promises; everything on the market keeps the first. */
async function promise(door: EngineDoor, operator: Authority): Promise<void> {
  const profiles = [SLA_PROFILES.markets, SLA_PROFILES.finance]
  const there = new Set((await door.ask('slas', {})).map(({ sla }) => sla))
  for (const [at, profile] of profiles.entries()) {
    if (there.has(at + 1)) continue
    await done(door, operator, { kind: 'SetSla', sla: at + 1, version: 1, profile })
    if (at > 0) continue
    for (const { instrument } of await door.ask('instruments', {})) {
      await done(door, operator, { kind: 'AttachSla', instrument, sla: 1 })
    }
  }
}

function thresholds(sku: number): CommandOf<'SetGradeThresholds'> {
  const of = (grade: Grade) => ({
    grade,
    minimums: [{ metric: 'int_1t_ops_per_s', atLeast: MINIMUMS[grade] ?? 1 }],
  })
  const rated = GRADES.filter((grade) => grade !== 'U')
  return { kind: 'SetGradeThresholds', sku, thresholds: rated.map(of) }
}

async function done(door: EngineDoor, by: Authority, command: Command): Promise<readonly Event[]> {
  const id = newCommandId(Date.now(), randomBytes(10))
  const { account, key } = by
  const { outcome } = await door.submit({ account, key, id, command })
  if (outcome.refusal !== null) {
    throw new Error(`${command.kind}: ${wordRefusal(outcome.refusal, 'en')}`)
  }
  return outcome.events
}

function one<K extends EventKind>(events: readonly Event[], kind: K): EventOf<K> {
  const found = events.find((each): each is EventOf<K> => each.kind === kind)
  assert(found !== undefined, `the command gave ${kind}`)
  return found
}
