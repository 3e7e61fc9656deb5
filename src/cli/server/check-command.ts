/** `suan journal export|verify`, `suan fsck`, `suan rebuild`: the operator's look at the files. */
import type { Command } from 'commander'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportJournal, fsck, openEngineReader } from '../../engine/index.ts'
import { Exchange, type Audit } from '../../exchange/index.ts'
import { Fault, type EventLog } from '../../messages/index.ts'
import { startReadModels } from '../../projections/index.ts'
import { connect } from '../connect.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { groupOf } from '../group.ts'
import { settle, type GlobalOptions } from '../settings.ts'
import { shellOf, type Shell } from '../shell.ts'
import { journalChoice, type JournalOptions } from './journal-choice.ts'
import { readModelsHome } from './read-models-home.ts'

interface Options extends JournalOptions {
  readonly data?: string
  readonly from?: string
}
const CATCH_UP_MS = 600_000
const LOOK_MS = 500

export function registerJournal(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const journal = groupOf(program, 'journal', 'help.journal', [])
  withFolder(journal.command('export'), shell)
    .summary(say('help.journalExport'))
    .option('--from <seq>', say('help.journalFrom'))
    .action((options: Options) => exportTo(shell, options))
  withFolder(journal.command('verify'), shell)
    .summary(say('help.journalVerify'))
    .action((options: Options) => check(shell, options, false))
}

export function registerFsck(program: Command): void {
  const shell = shellOf(program)
  withFolder(program.command('fsck'), shell)
    .summary(shell.say('help.fsck'))
    .action((options: Options) => check(shell, options, true))
}

export function registerRebuild(program: Command): void {
  const shell = shellOf(program)
  withFolder(program.command('rebuild'), shell)
    .summary(shell.say('help.rebuild'))
    .action((options: Options, command: Command) =>
      rebuild(shell, options, command.optsWithGlobals<GlobalOptions>()),
    )
}

function withFolder(command: Command, shell: Shell): Command {
  return command
    .option('--data <folder>', shell.say('help.serverData'))
    .option('--journal <url>', shell.say('help.serverJournal'))
}

/** One JSON object a line, in order of seq; also beside a running server. */
async function exportTo(shell: Shell, options: Options): Promise<void> {
  const { directory, journal } = placeOf(shell, options)
  const from = options.from === undefined ? {} : { fromSeq: Number(options.from) }
  for await (const record of exportJournal({ directory, journal, ...from })) {
    shell.host.stdout.write(`${JSON.stringify(record)}\n`)
  }
}

/**
 * 1. Replay the journal: result hashes, snapshots, event log. 2. What the state itself must keep:
 * ledger sums, register. 3. The read models against the state. Prints one JSON object; exit 1 when
 * anything does not hold.
 */
async function check(shell: Shell, options: Options, all: boolean): Promise<void> {
  const { directory, journal } = placeOf(shell, options)
  const { report, machine } = await fsck({ directory, journal, machine: () => new Exchange() })
  const audit = (machine as Exchange).audit()
  const readModels = all
    ? await compareReadModels({ directory, journal }, report.records, audit)
    : null
  shell.host.stdout.write(
    `${JSON.stringify({ ...report, state: audit.faults, readModels }, null, 2)}\n`,
  )
  const differs =
    readModels !== null && 'differences' in readModels && readModels.differences.length > 0
  const bad = report.problems.length > 0 || audit.faults.length > 0 || differs
  shell.exitCode = bad ? EXIT.other : EXIT.ok
}

/** Read models are only looked at while no server holds them; a server says itself how they are. */
async function compareReadModels(place: Place, lastSeq: number, audit: Audit) {
  const { directory } = place
  const folder = join(directory, 'projections')
  if (!existsSync(folder) && process.env['SUAN_DATABASE_URL'] === undefined) {
    return { left: 'there are none yet' }
  }
  const { events, close, lastSeq: tailSeq } = await eventSource(place)
  try {
    // Written behind the journal, so after a crash its end is missing until the next start.
    if (tailSeq < lastSeq) return { left: 'the event log ends early; the next start mends it' }
    const service = startReadModels({
      source: events,
      home: readModelsHome(folder),
    })
    try {
      if (!(await service.waitFor(lastSeq, CATCH_UP_MS))) return { left: 'they did not catch up' }
      return { appliedSeq: service.appliedSeq(), differences: await service.compare(audit) }
    } finally {
      await service.close()
    }
  } catch (error) {
    if (error instanceof Fault && error.code === 'READ_MODELS_LOCKED') {
      return { left: 'a running server holds them' }
    }
    throw error
  } finally {
    await close()
  }
}

/** Throws the read models away and builds them from the event log; a running server does it itself. */
async function rebuild(shell: Shell, options: Options, globals: GlobalOptions): Promise<void> {
  const place = placeOf(shell, options)
  let rebuilt: number
  try {
    rebuilt = await rebuildHere(place)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'READ_MODELS_LOCKED') throw error
    rebuilt = await rebuildThere(shell, globals, place.directory)
  }
  shell.host.stdout.write(`${JSON.stringify({ rebuilt })}\n`)
}

async function rebuildHere(place: Place): Promise<number> {
  const { events, close, lastSeq } = await eventSource(place)
  try {
    const home = readModelsHome(join(place.directory, 'projections'))
    const service = startReadModels({ source: events, home })
    try {
      await service.waitFor(lastSeq, CATCH_UP_MS)
      await service.rebuild()
      return service.appliedSeq()
    } finally {
      await service.close()
    }
  } finally {
    await close()
  }
}

/** Asks the server that holds the folder, with its operator's key, and waits until it has done it. */
async function rebuildThere(
  shell: Shell,
  globals: GlobalOptions,
  directory: string,
): Promise<number> {
  const key = readFileSync(join(directory, 'secrets', 'operator.token'), 'utf8').trim()
  const client = await connect(shell, globals, settle(shell, globals).url, key)
  let status = await client.rebuildReadModels({})
  while (status.rebuild === 'running') {
    await sleep(LOOK_MS)
    status = await client.getReadModels()
  }
  if (status.rebuild === 'failed') throw new Fault('REBUILDING')
  return status.applied_seq
}

/** The event log of a folder as a source that does not grow. */
async function eventSource({ directory, journal }: Place) {
  const reader = await openEngineReader(directory, journal, true)
  const log: EventLog = reader.events
  const events = {
    durableSeq: () => log.lastSeq,
    onAdvance: () => () => {},
    events: log,
  }
  const close = async (): Promise<void> => {
    await reader.events.close()
    await reader.log.close()
  }
  return { events, lastSeq: log.lastSeq, close }
}

interface Place {
  readonly directory: string
  /** address of a journal in PostgreSQL, null for files */
  readonly journal: string | null
}

function placeOf(shell: Shell, options: Options): Place {
  const { env, cwd } = shell.host
  const folder = resolve(options.data ?? env['SUAN_DATA_DIR'] ?? join(cwd, '.suan'))
  const journal = journalChoice(shell, options, folder)?.address ?? null
  if (journal === null && !existsSync(join(folder, 'journal'))) {
    throw new UsageError(shell.say('error.noJournal', { folder }))
  }
  return { directory: folder, journal }
}
