/** `suan server`: the exchange in this process; with --sandbox also play money and this machine. */
import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEFAULT_RATES, type ApiRates } from '../../api/index.ts'
import { lockFolder } from '../../disk/index.ts'
import { suitV8, type Promoted } from '../../engine/index.ts'
import { formatId } from '../../kernel/index.ts'
import { Fault, type EngineDoor } from '../../messages/index.ts'
import type { S3Settings } from '../../objects/index.ts'
import { writeContext } from '../context.ts'
import { UsageError } from '../errors.ts'
import { parseCount } from '../input/count.ts'
import { parseMemory } from '../input/memory.ts'
import { parsed } from '../input/option.ts'
import { EXIT } from '../exit-codes.ts'
import { shellOf, type Shell } from '../shell.ts'
import { DaemonChild, type DaemonStage } from './daemon-child.ts'
import { openDataFolder, type DataFolder } from './data-folder.ts'
import { journalChoice, type JournalOptions } from './journal-choice.ts'
import { openLog, type ServerLog } from './log.ts'
import { SANDBOX_PLAN, startAssessor, type AssessorService } from './assessor.ts'
import { startProber, type Prober } from './prober.ts'
import { bucketTrouble, objectsChoice } from './objects-choice.ts'
import { seedSandbox, signInToken, type Sandbox } from './sandbox-seed.ts'
import { standBy } from './stand-by.ts'
import { startServer, type RunningServer, type ServerOptions } from './start-server.ts'
import { faultText } from './fault-text.ts'
import { sayServer, type SayServer, type ServerText } from './texts.ts'

const DAY_SECONDS = 86_400
const LAST_WORDS_MS = 250
/** for a start under way, after a signal */
const STOP_MS = 5_000
const DEFAULT_PORT = 7_826

interface Options extends JournalOptions {
  readonly sandbox?: boolean
  readonly port?: string
  readonly host?: string
  readonly data?: string
  readonly acceptGap?: boolean
  readonly standby?: boolean
  readonly keyRate?: number
  readonly orderRate?: number
  readonly objects?: string
  readonly objectQuota?: number
  readonly provider: boolean
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  program
    .command('server')
    .summary(say('help.server'))
    .option('--sandbox', say('help.serverSandbox'))
    .option('--port <port>', say('help.serverPort'))
    .option('--host <address>', say('help.serverHost'))
    .option('--data <folder>', say('help.serverData'))
    .option('--journal <url>', say('help.serverJournal'))
    .option('--journal-alone', say('help.serverJournalAlone'))
    .option('--standby', say('help.serverStandby'))
    .option('--accept-gap', say('help.serverAcceptGap'))
    .option('--key-rate <n>', say('help.serverKeyRate'), parsed(shell, parseCount, 'bad.count'))
    .option('--order-rate <n>', say('help.serverOrderRate'), parsed(shell, parseCount, 'bad.count'))
    .option('--objects <url>', say('help.serverObjects'))
    .option(
      '--object-quota <size>',
      say('help.serverObjectQuota'),
      parsed(shell, parseMemory, 'bad.memory'),
    )
    .option('--no-provider', say('help.serverNoProvider'))
    .action((options: Options) => serve(shell, options))
}

async function serve(shell: Shell, options: Options): Promise<void> {
  const { env, cwd } = shell.host
  const say = sayServer(shell.language)
  const folder = openDataFolder(options.data ?? env['SUAN_DATA_DIR'] ?? resolve(cwd, '.suan'))
  const port = Number(options.port ?? env['SUAN_PORT'] ?? DEFAULT_PORT)
  const tell = (line: string): void => shell.host.stdout.write(`${line}\n`)
  const started = Date.now()
  suitV8()
  tell(say(options.sandbox === true ? 'sandbox' : 'server'))
  try {
    await new Server(shell, say, tell, folder, options).run(port, started)
  } catch (error) {
    if (error instanceof UsageError) throw error
    shell.host.stderr.write(`${say(...whyNot(error, folder, port))}\n`)
    shell.exitCode = EXIT.unavailable
  }
}

/** The rates that the operator sets: of one key, in as many seconds as the defaults. */
function ratesOf({ keyRate, orderRate }: Options): Partial<ApiRates> {
  const { key, orders } = DEFAULT_RATES
  return {
    ...(keyRate === undefined ? {} : { key: { ...key, requests: keyRate } }),
    ...(orderRate === undefined ? {} : { orders: { ...orders, requests: orderRate } }),
  }
}

function objectsOf({ objectQuota }: Options, bucket: S3Settings | null) {
  return {
    bucket,
    ...(objectQuota === undefined ? {} : { objectQuotaBytes: objectQuota * 1_048_576 }),
  }
}

/** What a server has in common, whether it leads or follows. */
type Where = Pick<ServerOptions, 'folder' | 'host' | 'port' | 'journal' | 'log' | 'exit'>

class Server {
  readonly #shell: Shell
  readonly #say: SayServer
  readonly #tell: (line: string) => void
  readonly #folder: DataFolder
  readonly #options: Options
  #server: RunningServer | null = null
  #daemon: DaemonChild | null = null
  #prober: Prober | null = null
  #assessor: AssessorService | null = null
  #log: ServerLog | null = null
  #isStopping = false
  #isDying = false
  #unlock = (): void => {}

  constructor(
    shell: Shell,
    say: SayServer,
    tell: (line: string) => void,
    folder: DataFolder,
    options: Options,
  ) {
    this.#shell = shell
    this.#say = say
    this.#tell = tell
    this.#folder = folder
    this.#options = options
  }

  /** Starts everything and returns when it has been stopped by a signal. */
  async run(port: number, started: number): Promise<void> {
    const isSandbox = this.#options.sandbox === true
    const stopped = this.#untilSignal()
    const where: Where = {
      folder: this.#folder,
      host: this.#options.host ?? this.#shell.host.env['SUAN_LISTEN_ADDRESS'] ?? '127.0.0.1',
      port,
      journal: journalChoice(this.#shell, this.#options, this.#folder.root),
      log: openLog(this.#folder.root),
      exit: (why) => this.#die(why),
    }
    this.#log = where.log
    const bucket = await this.#bucket()
    // The lock of the journal's folder keeps others out of it; here there may be no such folder.
    if (where.journal !== null) this.#unlock = lockFolder(this.#folder.root, 'JOURNAL_LOCKED')
    if (where.journal?.alone === true) this.#stage('stage.alone')
    const promoted =
      this.#options.standby === true ? await this.#standBy(where, stopped) : undefined
    if (promoted === null) return this.#leave()
    let sandbox: Sandbox | null = null
    const starting = startServer({
      ...where,
      ...(promoted === undefined ? {} : { promoted }),
      ...objectsOf(this.#options, bucket),
      mode: isSandbox ? 'SIMULATED' : 'INTERNAL',
      retentionSeconds: isSandbox ? 0 : DAY_SECONDS,
      // A person closes the lid of a laptop; in a sandbox nobody has to be asked about that.
      acceptGap: isSandbox || this.#options.acceptGap === true,
      webRoot: webRoot(),
      rates: ratesOf(this.#options),
      stage: (name) => this.#stage(`stage.${name}` as ServerText),
      prepare: async (engine) => {
        if (!isSandbox) return
        this.#stage('stage.market')
        sandbox = await seedSandbox(engine, this.#folder)
      },
    })
    // The commit that opens a journal in a database may wait for a standby that never comes.
    const waited = where.journal === null ? [] : [stopped.then(afterPatience)]
    this.#server = (await Promise.race([starting, ...waited])) ?? null
    if (this.#server === null) return this.#leave()
    // Measuring a machine takes a while: a signal need not wait for that.
    await Promise.race([this.#open(this.#server, sandbox, started), stopped])
    await stopped
    this.#tell(this.#say('stopping'))
    await this.#prober?.stop()
    await this.#assessor?.stop()
    await this.#daemon?.stop()
    await this.#server.stop()
    this.#unlock()
    this.#tell(this.#say('stopped', { folder: this.#folder.root }))
  }

  /** The bucket that is asked for; when it cannot be used now, trading goes on without it. */
  async #bucket(): Promise<S3Settings | null> {
    const { env } = this.#shell.host
    const settings = objectsChoice(this.#options.objects, env, this.#folder.root)
    if (settings === null) return null
    const why = await bucketTrouble(settings)
    const { bucket, endpoint } = settings
    if (why === null) this.#stage('stage.bucket', { bucket, endpoint })
    else this.#stage('stage.noBucket', { bucket, endpoint, why })
    return settings
  }

  /** What a standby has become; null when it was stopped before. */
  async #standBy(where: Where, stopped: Promise<void>): Promise<Promoted | null> {
    const { host, port } = where
    const promoted = await standBy({
      ...where,
      stopped,
      following: () => this.#stage('stage.standby', { host, port: String(port) }),
      onTrouble: ({ code }) => this.#stage('stage.trouble', { code }),
    })
    if (promoted !== null) this.#stage('stage.promoted', { seq: String(promoted.warm.seq) })
    return promoted
  }

  /** Ends a server that may be waiting for a database that does not answer. */
  #leave(): void {
    this.#unlock()
    this.#tell(this.#say('stopped', { folder: this.#folder.root }))
    this.#shell.host.exit(EXIT.ok)
  }

  async #open(server: RunningServer, sandbox: Sandbox | null, started: number): Promise<void> {
    if (sandbox !== null) await this.#openSandbox(server, sandbox)
    if (!this.#isStopping) await this.#sayReady(server, sandbox, started)
  }

  /** The CLI context of the buyer, and this machine as the first provider. */
  async #openSandbox(server: RunningServer, sandbox: Sandbox): Promise<void> {
    const { url } = server
    const account = formatId('acct', sandbox.buyer.account)
    writeContext(this.#folder.context, 'sandbox', { url, key: sandbox.buyer.token, account })
    const seller = formatId('acct', sandbox.seller.account)
    writeContext(this.#folder.context, 'provider', {
      url,
      key: sandbox.seller.token,
      account: seller,
    })
    const looking = {
      url,
      token: sandbox.prober.token,
      note: (what: string, facts: Readonly<Record<string, string | number>>) =>
        this.#log?.warn(facts, what),
    }
    this.#prober = startProber(looking)
    this.#assessor = startAssessor({ ...looking, plan: SANDBOX_PLAN })
    if (!this.#options.provider) return
    await new Promise<void>((listed) => {
      this.#daemon = new DaemonChild({
        url,
        token: sandbox.seller.token,
        folder: this.#folder.provider,
        onStage: ({ stage, facts }: DaemonStage) => {
          this.#stage(`stage.${stage}`, facts)
          if (stage === 'listed' || stage === 'unlisted') listed()
        },
        onEnd: (why) => {
          const path = join(this.#folder.provider, 'daemon.log')
          this.#tell(this.#say('daemonEnded', { why, path }))
          listed()
        },
      })
    })
  }

  async #sayReady(server: RunningServer, sandbox: Sandbox | null, started: number): Promise<void> {
    const { url } = server
    const seconds = ((Date.now() - started) / 1_000).toFixed(1)
    this.#tell(`\n${this.#say('ready', { seconds, url })}`)
    if (sandbox === null) {
      this.#tell(this.#say('operatorKey', { path: join(this.#folder.secrets, 'operator.token') }))
    } else {
      const tokens = await signInTokens(server.engine, sandbox)
      this.#tell(`\n${this.#say('signIn')}\n  ${url}/sign-in#${tokens.join(',')}`)
      this.#tell(`\n${this.#say('try')}\n${EXAMPLES.map((line) => `  ${line}`).join('\n')}\n`)
    }
    this.#tell(this.#say('stop', { folder: this.#folder.root }))
  }

  #stage(key: ServerText, facts: Readonly<Record<string, string>> = {}): void {
    this.#tell(`  · ${this.#say(key, facts)}`)
  }

  /** Resolves at the first signal; later ones are heard and change nothing while it stops. */
  #untilSignal(): Promise<void> {
    return new Promise((signalled) => {
      this.#shell.host.onInterrupt(() => {
        this.#isStopping = true
        signalled()
      })
    })
  }

  /** The engine takes and tells nothing any more; its last refusals may still go out. */
  #die(why: Error): void {
    // The journal and the engine over it may both say so.
    if (this.#isDying) return
    this.#isDying = true
    const [key, facts] = faultText(why) ?? ['died', { why: String(why) }]
    this.#shell.host.stderr.write(`${this.#say(key, facts)}\n`)
    setTimeout(() => process.exit(EXIT.unavailable), LAST_WORDS_MS)
  }
}

/** Keeps nothing alive: what is waited for does. */
function afterPatience(): Promise<void> {
  return new Promise((done) => setTimeout(done, STOP_MS).unref())
}

const EXAMPLES = [
  './suan search',
  `./suan run --cpu 1 --memory 256MiB --max-price 0.50 -y -- sh -c 'for i in 1 2 3; do echo $i; sleep 1; done'`,
  './suan wallet balance',
]

async function signInTokens(engine: EngineDoor, sandbox: Sandbox): Promise<string[]> {
  return [await signInToken(engine, sandbox.buyer), await signInToken(engine, sandbox.seller)]
}

/** The page beside the built program; null when there is none. */
function webRoot(): string | null {
  const built = fileURLToPath(new URL('../web', import.meta.url))
  const path = import.meta.url.includes('/src/') ? resolve(built, '../../../dist/web') : built
  return existsSync(join(path, 'index.html')) ? path : null
}

/** What stopped the start, in words. */
function whyNot(
  error: unknown,
  folder: DataFolder,
  port: number,
): [ServerText, Readonly<Record<string, string | number>>] {
  const code = error instanceof Fault ? error.code : (error as NodeJS.ErrnoException).code
  const facts = error instanceof Fault ? error.facts : {}
  if (code === 'EADDRINUSE') return ['portTaken', { port }]
  if (code === 'JOURNAL_LOCKED')
    return ['locked', { pid: facts['pid'] ?? '?', folder: folder.root }]
  if (code === 'OPERATOR_NEEDED') {
    return ['gap', { hours: Math.round(Number(facts['gapSeconds'] ?? 0) / 3_600) }]
  }
  const worded = faultText(error)
  if (worded !== null) return worded
  const text = error instanceof Error ? `${error.message} ${JSON.stringify(facts)}` : String(error)
  return ['failed', { why: text }]
}
