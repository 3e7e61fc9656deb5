/** A real sandbox in a folder of its own: exchange, page and provider daemon, as `npm start` runs. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type Client } from '../../src/client/index.ts'
import { ensureBuilt } from '../tools/built.ts'
import { freePort } from '../tools/free-port.ts'
import { startProgram } from '../tools/running.ts'

type Who = 'buyer' | 'operator'

export interface Venue {
  readonly url: string
  /** the sign-in link that the sandbox printed; works once */
  readonly link: string
  /** another one-time link, with a token for the buyer and one for the provider */
  readonly anotherLink: () => Promise<string>
  /** Gives the buyer, or another one, a person who signs in by name and password. */
  readonly addPerson: (handle: string, password: string, who?: Who) => Promise<void>
  /** Somebody rents, counts less than the daemon does, and leaves: the id of the dispute. */
  readonly makeDispute: () => Promise<string>
  readonly stop: () => Promise<void>
}

const START_MS = 180_000
const root = fileURLToPath(new URL('../..', import.meta.url))

export async function startVenue(): Promise<Venue> {
  ensureBuilt()
  const folder = await mkdtemp(join(tmpdir(), 'suan-e2e-'))
  const port = await freePort()
  const program = startProgram([process.execPath, 'suan', 'server', '--sandbox'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      SUAN_DATA_DIR: join(folder, 'data'),
      SUAN_PORT: String(port),
    },
  })
  const [link] = await program.printed(/http:\/\/\S+\/sign-in#\S+(?=\s)/, START_MS)
  const url = `http://127.0.0.1:${port}`
  // The history opens a moment after the door; its first answer is waited for.
  const client = createClient({ baseUrl: url, retries: 30 })
  const [first] = (await client.listInstruments()).data
  if (first !== undefined) await client.listTrades({ params: { symbol: first.symbol } })
  const clientOf = async (who: string) =>
    createClient({ baseUrl: url, token: await tokenOf(join(folder, 'data'), who) })
  return {
    url,
    link,
    anotherLink: async () => {
      const buyer = await linkToken(url, join(folder, 'data'), 'buyer')
      const provider = await linkToken(url, join(folder, 'data'), 'provider')
      return `${url}/sign-in#${buyer},${provider}`
    },
    addPerson: async (handle, password, who = 'buyer') => {
      const { member } = await (await clientOf(who)).whoAmI()
      const operator = await clientOf('operator')
      await operator.addUser({ body: { member_id: member.id, handle, password } })
    },
    makeDispute: async () => disputedBill(await clientOf('buyer')),
    stop: async () => {
      program.signal('SIGINT')
      await program.ended(60_000)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** More than meters may differ by, which is five seconds. */
const COUNTED_SECONDS = 8

async function disputedBill(buyer: Client): Promise<string> {
  const symbol = (await buyer.listOffers()).data.find((offer) => offer.symbol !== null)?.symbol
  if (typeof symbol !== 'string') throw new Error('nothing is on offer')
  const order = { symbol, side: 'buy', units: 1, price: '0.10' } as const
  const placed = await buyer.placeOrder({ body: { ...order, time_in_force: 'IOC' } })
  const [allocation = ''] = placed.order.allocation_ids
  const params = { allocation_id: allocation }
  const lease = async () => (await buyer.getAllocation({ params })).leases[0]
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    for (const endMs = Date.now() + START_MS; !(await isSo()); await sleep(200)) {
      if (Date.now() > endMs) throw new Error(`not in time: ${what}`)
    }
  }
  await until('a lease that delivers', async () => {
    const readyAt = (await lease())?.ready_at ?? null
    return readyAt !== null && Date.now() - Date.parse(readyAt) > COUNTED_SECONDS * 1_000
  })
  const body = { covered_seconds: 1, evidence: '0'.repeat(64) }
  await buyer.reportBuyerMeter({ params: { lease_id: (await lease())?.id ?? '' }, body })
  await buyer.closeAllocation({ params })
  await until('a dispute', async () => ((await lease())?.dispute_id ?? null) !== null)
  return (await lease())?.dispute_id ?? ''
}

async function tokenOf(folder: string, who: string): Promise<string> {
  return (await readFile(join(folder, 'secrets', `${who}.token`), 'utf8')).trim()
}

async function linkToken(url: string, folder: string, who: 'buyer' | 'provider'): Promise<string> {
  const token = await tokenOf(folder, who)
  const client = createClient({ baseUrl: url, token })
  const { scopes } = await client.whoAmI()
  const expires = new Date(Date.now() + 3_600_000).toISOString()
  const issued = await client.issueKey({
    body: { label: 'sign-in link', credential: 'link', scopes, expires_at: expires },
  })
  if (issued.token === null) throw new Error('no token came back')
  return issued.token
}
