import type { Command } from 'commander'
import type { Client } from '../../client/index.ts'
import type { SessionBody, Static } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { connect } from '../connect.ts'
import { readContexts, useContext, userContextFile, writeContext } from '../context.ts'
import { Ending, UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { printDone } from '../output/print.ts'
import { shellOf } from '../shell.ts'

interface LoginOptions {
  readonly handle?: string
  readonly name?: string
}
type Credentials = Static<typeof SessionBody>

/** A key made by `suan login` ends after this time; signing in again makes another. */
const KEY_DAYS = 90

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('login [link]')
    .summary(say('help.login'))
    .description(say('help.login'))
    .option('--handle <name>', say('help.loginHandle'))
    .option('--name <context>', say('help.loginName'))
    .addHelpText('after', say('example.login'))
    .action(task(login))
}

/** Signs in, has a key made for the command line, and keeps it in a context of the user's file. */
async function login(cli: Cli, options: LoginOptions, link: string | undefined): Promise<void> {
  const url = linkUrl(link) ?? cli.settings().url
  const body = await credentials(cli, options, link)
  let token: string | null = null
  const guest = await connect(cli.shell, cli.options, url, null, (response) => {
    token = sessionToken(response) ?? token
  })
  const { whoami } = await guest.createSession({ body })
  if (token === null) throw new Ending(EXIT.other, cli.say('error.noSession'))
  const member = await cli.clientAt(url, token)
  const key = whoami.scopes.includes('keys') ? await ownKey(cli, member, whoami.scopes) : token
  const name = options.name ?? contextName(url, whoami.sandbox)
  const file = userContextFile(cli.host)
  writeContext(file, name, { url, key, account: whoami.account.id })
  if (readContexts(file).current !== name) useContext(file, name)
  const facts = { account: whoami.account.handle, name, file, url }
  const result = { name, url, account_id: whoami.account.id, scopes: whoami.scopes, file }
  printDone(cli, result, name, cli.say('done.login', facts))
}

/** A key of its own, so that the session can end at once. */
async function ownKey(
  cli: Cli,
  member: Client,
  scopes: Parameters<Client['issueKey']>[0]['body']['scopes'],
): Promise<string> {
  const expiresMs = cli.host.nowMs() + KEY_DAYS * 86_400_000
  const issued = await member.issueKey({
    body: { label: 'suan login', scopes, expires_at: new Date(expiresMs).toISOString() },
  })
  if (issued.token === null) throw new Ending(EXIT.other, cli.say('error.noSession'))
  await member.endSession()
  return issued.token
}

async function credentials(
  cli: Cli,
  options: LoginOptions,
  link: string | undefined,
): Promise<Credentials> {
  if (link !== undefined) {
    const token = /suan_(?:link|test|live)_[\w-]+/.exec(link)?.[0]
    if (token === undefined) throw new UsageError(cli.say('error.badLink'))
    return { link_token: token }
  }
  const { handle } = options
  if (handle === undefined) throw new UsageError(cli.say('error.loginHow'))
  const password = cli.host.stdin.isTty
    ? await cli.host.secret(cli.say('ask.password', { handle }))
    : (await cli.host.stdin.text()).replace(/\r?\n$/, '')
  if (password === null || password === '')
    throw new Ending(EXIT.declined, cli.say('error.noPassword'))
  return { handle, password }
}

/** The exchange that a sign-in link is for; null when only its token was given. */
function linkUrl(link: string | undefined): string | null {
  return link !== undefined && /^https?:/.test(link) ? new URL(link).origin : null
}

function contextName(url: string, sandbox: boolean): string {
  return sandbox ? 'sandbox' : new URL(url).host.replaceAll(/[^\w-]/g, '-')
}

/** The session travels as a cookie; its value is a token like any other. */
function sessionToken(response: Response): string | null {
  for (const cookie of response.headers.getSetCookie()) {
    const value = /^[^=]+=([^;]+)/.exec(cookie)?.[1]
    if (value?.startsWith('suan_') === true) return value
  }
  return null
}
