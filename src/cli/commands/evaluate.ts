import type { Command } from 'commander'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  QUICK,
  clientLink,
  inspect,
  loadIdentity,
  nodeClient,
  type Identity,
  type ReportFile,
} from '../../agent/index.ts'
import { createClient } from '../../client/index.ts'
import { numberOf } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { makeReport } from '../evaluate/make-report.ts'
import { toolChoice, withToolOptions, type ToolOptions } from '../evaluate/tool-options.ts'
import { shellOf } from '../shell.ts'
import { printReport } from '../views/evaluation.ts'
import { isForPeople } from '../output/format.ts'

interface Options extends ToolOptions {
  readonly out?: string
  readonly data?: string
  readonly node?: string
  readonly quick?: boolean
  readonly submit?: boolean
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  withToolOptions(program.command('evaluate').summary(say('help.evaluate')), shell)
    .option('--out <file>', say('help.evaluateOut'))
    .option('--data <folder>', say('help.evaluateData'))
    .option('--node <node>', say('help.evaluateNode'))
    .option('--quick', say('help.evaluateQuick'))
    .option('--submit', say('help.evaluateSubmit'))
    .action(task(evaluate))
}

/** 1 find the key, 2 ask the exchange whose node it is, 3 measure, 4 show, 5 write, 6 submit. */
async function evaluate(cli: Cli, options: Options): Promise<void> {
  const data = cli.host.env['SUAN_DATA_DIR'] ?? join(cli.host.cwd, '.suan')
  const folder = resolve(options.data ?? join(data, 'provider'))
  const tools = toolChoice(options, cli.host.env, cli)
  const isDaemon = existsSync(join(folder, 'node-key.pem'))
  const scratch = mkdtempSync(join(isDaemon ? folder : tmpdir(), 'suan-evaluate-'))
  try {
    const identity = loadIdentity(isDaemon ? folder : scratch)
    cli.tell(cli.say(isDaemon ? 'evaluate.daemonKey' : 'evaluate.freshKey', { folder }))
    const bound = await bindingOf(cli, identity, options.node, isDaemon)
    if (options.submit === true && bound.node === null) {
      throw new UsageError(cli.say('evaluate.needsExchange'))
    }
    cli.tell(cli.say('evaluate.measuring'))
    const file = await makeReport({
      identity,
      inspection: await inspect(isDaemon ? folder : scratch),
      folder: scratch,
      tools,
      ...bound,
      ...(options.quick === true ? { effort: QUICK } : {}),
    })
    if (isForPeople(cli.format)) printReport(cli, file.report)
    else cli.host.stdout.write(file.bytes)
    if (options.out !== undefined) write(cli, options.out, file)
    if (options.submit === true) await submit(cli, identity, file)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

interface Binding {
  readonly url: string | null
  readonly venue: string | null
  readonly node: number | null
}

/** The exchange of the settings and the node that the key or the caller names there, if it answers. */
async function bindingOf(
  cli: Cli,
  identity: Identity,
  named: string | undefined,
  isDaemon: boolean,
): Promise<Binding> {
  const { url } = cli.settings()
  const { venue } = await createClient({ baseUrl: url })
    .getStatus()
    .catch(() => ({ venue: null }))
  if (venue === null) {
    cli.tell(cli.say('evaluate.noExchange'))
    return { url: null, venue: null, node: null }
  }
  const node =
    named === undefined ? (isDaemon ? await ownNode(url, identity) : null) : numberOf('node', named)
  if (node === null) cli.tell(cli.say('evaluate.boundVenue', { venue }))
  else cli.tell(cli.say('evaluate.bound', { venue, node }))
  return { url, venue, node }
}

async function ownNode(url: string, identity: Identity): Promise<number | null> {
  const link = clientLink(nodeClient(url, identity), identity.publicKey)
  return link.facts().then(
    ({ node }) => node,
    () => null,
  )
}

function write(cli: Cli, out: string, { bytes, digest }: ReportFile): void {
  const path = resolve(cli.host.cwd, out)
  writeFileSync(path, bytes)
  cli.tell(cli.say('evaluate.written', { digest, file: path }))
}

async function submit(cli: Cli, identity: Identity, file: ReportFile): Promise<void> {
  const { url } = cli.settings()
  const done = await nodeClient(url, identity).reportEvaluation({ body: file.bytes })
  const grades = done.grades.map(({ product_id: id, grade }) => `${id}:${grade}`).join(' ') || '-'
  cli.tell(cli.say('evaluate.submitted', { digest: file.digest, grades }))
}
