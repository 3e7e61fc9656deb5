import { existsSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import type { Client } from '../../client/index.ts'
import { SuanError } from '../../client/index.ts'
import { task, type Cli } from '../cli.ts'
import { EXIT, exitCodeOf } from '../exit-codes.ts'
import { microOf } from '../input/money.ts'
import { printList, type ListView } from '../output/print.ts'
import { money } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import type { TextKey } from '../texts.ts'

interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  readonly advice: string | null
  readonly exitCode: number
}
type Found = Omit<Finding, 'check' | 'exitCode'> & { readonly exitCode?: number }
type Check = (cli: Cli, client: Client) => Promise<Found>

/** The exchange refuses ids from a clock this far ahead or signatures this far off. */
const SKEW_MAX_MS = 5_000
const STREAM_MS = 5_000

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('doctor')
    .summary(say('help.doctor'))
    .description(say('help.doctor'))
    .action(task(doctor))
}

/** Every check that can be made is made. The exit code is that of the first fault. */
async function doctor(cli: Cli): Promise<number> {
  const client = await cli.client()
  const findings: Finding[] = []
  for (const [check, work] of CHECKS) {
    const found = await work(cli, client).catch((error: unknown) => failed(cli, error))
    findings.push({ exitCode: EXIT.other, ...found, check: cli.say(check) })
    // Without an exchange every further check would only wait for it again.
    if (found.exitCode === EXIT.unavailable) break
  }
  printList(cli, findingView, { data: findings.map(({ exitCode: _code, ...shown }) => shown) })
  return findings.find((one) => !one.ok)?.exitCode ?? EXIT.ok
}

const findingView: ListView<Omit<Finding, 'exitCode'>> = {
  columns: [
    {
      title: 'col.status',
      cell: (one, cli) => (one.ok ? cli.say('word.ok') : cli.say('word.fault')),
    },
    { title: 'col.check', cell: (one) => one.check },
    {
      title: 'col.detail',
      cell: (one) => (one.advice === null ? one.detail : `${one.detail} → ${one.advice}`),
    },
  ],
  name: (one) => one.check,
  empty: 'empty.accounts',
}

const CHECKS: readonly (readonly [TextKey, Check])[] = [
  ['check.context', checkContext],
  ['check.exchange', checkExchange],
  ['check.clock', checkClock],
  ['check.key', checkKey],
  ['check.stream', checkStream],
  ['check.money', checkMoney],
  ['check.offers', checkOffers],
]

async function checkContext(cli: Cli) {
  const { url, contextName, contextFile } = cli.settings()
  const isOpen =
    contextFile !== null && existsSync(contextFile) && (statSync(contextFile).mode & 0o077) !== 0
  return {
    ok: !isOpen,
    detail: `${contextName ?? '-'} ${url} ${contextFile ?? ''}`.trim(),
    advice: isOpen ? cli.say('check.contextOpen', { file: contextFile }) : null,
  }
}

async function checkExchange(cli: Cli, client: Client) {
  const { venue, version, mode, rules, seq, sandbox } = await client.getStatus()
  const play = sandbox ? `, ${cli.say('sandbox.playMoney')}` : ''
  return {
    ok: true,
    detail: `${venue} ${version} ${mode}, rules ${rules}, seq ${seq}${play}`,
    advice: null,
  }
}

async function checkClock(cli: Cli, client: Client) {
  const before = cli.host.nowMs()
  const { now } = await client.getTime()
  const skewMs = Math.round(Date.parse(now) - (before + cli.host.nowMs()) / 2)
  const ok = Math.abs(skewMs) <= SKEW_MAX_MS
  return { ok, detail: `${skewMs} ms`, advice: ok ? null : cli.say('check.clockOff') }
}

async function checkKey(_cli: Cli, client: Client) {
  const { account, scopes } = await client.whoAmI()
  return {
    ok: true,
    detail: `${account.handle} (${account.id}): ${scopes.join(' ')}`,
    advice: null,
  }
}

async function checkStream(cli: Cli, client: Client) {
  let give: (ok: boolean) => void = () => {}
  const opened = new Promise<boolean>((resolve) => {
    give = resolve
  })
  const stream = client.openStream({
    onState: (state) => (state === 'open' ? give(true) : undefined),
  })
  const timer = setTimeout(() => give(false), STREAM_MS)
  const ok = await opened
  clearTimeout(timer)
  stream.close()
  return { ok, detail: '/v1/ws', advice: ok ? null : cli.say('check.noStream') }
}

async function checkMoney(cli: Cli, client: Client) {
  const { data } = await client.listBalances()
  const detail = data.map((one) => money(one.available, one.currency)).join(' ') || money('0.00')
  const ok = data.some((one) => microOf(one.available) > 0n)
  return { ok, detail, advice: ok ? null : cli.say('advice.funds') }
}

async function checkOffers(cli: Cli, client: Client) {
  const { data } = await client.listOffers({ query: { available: true } })
  const ok = data.length > 0
  return { ok, detail: String(data.length), advice: ok ? null : cli.say('check.noOffers') }
}

const ADVICE: Readonly<Record<string, TextKey>> = {
  UNREACHABLE: 'advice.unreachable',
  UNAUTHENTICATED: 'advice.signIn',
  KEY_EXPIRED: 'advice.signIn',
  SCOPE_MISSING: 'advice.scope',
}

function failed(cli: Cli, error: unknown): Found {
  if (!(error instanceof SuanError)) throw error
  const advice = ADVICE[error.code]
  return {
    ok: false,
    detail: `${error.code}: ${error.message}`,
    advice: advice === undefined ? null : cli.say(advice),
    exitCode: exitCodeOf(error),
  }
}
