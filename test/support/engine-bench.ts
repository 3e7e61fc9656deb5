/** An engine over a counter machine, whose process can die and start again. */
import { newCommandId } from '../../src/kernel/index.ts'
import {
  signerFromSeed,
  startEngine,
  type Engine,
  type EngineOptions,
} from '../../src/engine/index.ts'
import {
  memoryLiveness,
  memoryQuarantine,
  memorySnapshotStore,
  openMemoryEventLog,
  type QuarantinedCommand,
} from '../../src/journal/index.ts'
import {
  unpackRecords,
  type Command,
  type Envelope,
  type EventRecord,
  type RecordBatch,
} from '../../src/messages/index.ts'
import { CounterMachine, type CounterOptions } from './counter-machine.ts'
import { FaultyLog } from './faulty-log.ts'
import { ManualClock } from './manual-clock.ts'

export const T0 = 1_750_000_000_000_000
const signer = signerFromSeed(new Uint8Array(32).fill(7))

export const genesis = {
  kind: 'Genesis' as const,
  venue: 'test',
  exchangePublicKey: signer.publicKey,
  rules: 1,
  mode: 'SIMULATED' as const,
  retentionSeconds: 0,
  operatorSecret: '00'.repeat(32),
}

export class EngineBench {
  /** what survives the process */
  readonly batches: RecordBatch[] = []
  readonly eventBytes: Uint8Array[] = []
  readonly quarantined: QuarantinedCommand[] = []
  readonly life = { aliveUntilUs: null as number | null, clean: false }
  readonly snapshots = memorySnapshotStore()
  readonly clock = new ManualClock(T0)
  /** what ended each process that ended itself */
  readonly exits: Error[] = []
  /** of the process that runs now */
  machine = new CounterMachine()
  log: Pick<FaultyLog, 'mood' | 'attempts' | 'headHash' | 'release'> = {
    mood: 'works',
    attempts: [],
    headHash: '',
    release: () => {},
  }
  published: EventRecord[] = []
  #ids = 0

  /** The journal's records one by one. */
  records(): Uint8Array[] {
    return this.batches.flatMap(unpackRecords)
  }

  /** Ends the process as kill -9 does: it writes nothing any more and its clock stands still. */
  kill(): void {
    this.clock.silence()
    this.log.mood = 'hangs'
  }

  /** Starts a process over what survived, after killing the one before. */
  async start(
    counter: CounterOptions = {},
    overrides: Partial<EngineOptions> = {},
  ): Promise<Engine> {
    this.kill()
    const log = await FaultyLog.open(this.batches)
    this.log = log
    const engine = await startEngine({
      log,
      events: await openMemoryEventLog(this.eventBytes),
      snapshots: this.snapshots,
      quarantine: memoryQuarantine(this.quarantined),
      liveness: memoryLiveness(this.life),
      clock: this.clock,
      machine: () => (this.machine = new CounterMachine(counter)),
      signer,
      genesis,
      exit: (why) => this.exits.push(why),
      ...overrides,
    })
    this.published = []
    engine.onDurable((records) => this.published.push(...records))
    return engine
  }

  /** A new command of a member; the same envelope again is a resend. */
  add(n: number, account = 1): Envelope {
    return this.envelope({ kind: 'ActivateRules', version: n }, account)
  }
  envelope(command: Command, account = 1): Envelope {
    const random = new Uint8Array(10)
    new DataView(random.buffer).setUint32(4, ++this.#ids)
    const id = newCommandId(Math.floor(this.clock.nowUs() / 1_000), random)
    return { account, key: 1, id, command }
  }
}
