/** A trading exchange, with read models that are off, busy with a backlog, and following. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assert } from '../../src/kernel/index.ts'
import {
  openEngineFiles,
  signerFromSeed,
  startEngine,
  type Engine,
} from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import type { Envelope } from '../../src/messages/index.ts'
import {
  FolderHome,
  startReadModels,
  workerOpener,
  type ReadModelService,
} from '../../src/projections/index.ts'
import { envelopesOf, type ExchangeFlow } from '../exchange-flow.ts'

const IN_FLIGHT = 1_000
/** of the flow, as fast as they are taken, before the read models are there */
export const BACKLOG = 30_000
const SECONDS = 3
const LOOK_MS = 10

export interface Live {
  /** milliseconds to each durable acknowledgement */
  readonly offMs: readonly number[]
  readonly busyMs: readonly number[]
  readonly followingMs: readonly number[]
  /** seconds in which the backlog and what came meanwhile was applied */
  readonly drainSeconds: number
  /** while they follow: commands, and seconds, every ten milliseconds */
  readonly lagCommands: readonly number[]
  readonly lagSeconds: readonly number[]
}

/** One life of an exchange in `folder`; throws where the tables differ from its state at the end. */
export async function live(flow: ExchangeFlow, perSecond: number, folder: string): Promise<Live> {
  let machine = new Exchange()
  const signer = signerFromSeed(new Uint8Array(32).fill(7))
  const engine = await startEngine({
    ...(await openEngineFiles({ directory: folder })),
    machine: () => (machine = new Exchange()),
    signer,
    genesis: { ...flow.genesis, exchangePublicKey: signer.publicKey },
    exit: (why) => {
      throw why
    },
  })
  const envelopes = envelopesOf([...flow.before, ...flow.steps], Date.now() * 1_000).values()
  const give = (until: () => boolean) => offer(engine, envelopes, perSecond, until)
  await submitAll(engine, envelopes, flow.before.length + BACKLOG)
  const offMs = await give(after(SECONDS))
  const opener = workerOpener()
  const home = new FolderHome({ folder: join(folder, 'read-models'), opener, template: null })
  const models = startReadModels({ source: engine, home, onFault: stop })
  while (models.appliedSeq() === 0) await sleep(LOOK_MS)
  const from = performance.now()
  const busyMs = await give(() => engine.durableSeq() - models.appliedSeq() < perSecond / 100)
  const drainSeconds = (performance.now() - from) / 1_000
  const following = after(SECONDS)
  const lag = watchLag(engine, models, following)
  const followingMs = await give(following)
  const { commands, seconds } = await lag
  assert(await models.waitFor(engine.durableSeq(), 60_000), 'the read models catch up')
  const differences = await models.compare(machine.audit())
  assert(differences.length === 0, `read models differ: ${JSON.stringify(differences[0])}`)
  await models.close()
  await engine.stop()
  return { offMs, busyMs, followingMs, drainSeconds, lagCommands: commands, lagSeconds: seconds }
}

function after(seconds: number): () => boolean {
  const at = performance.now() + seconds * 1_000
  return () => performance.now() >= at
}

async function submitAll(
  engine: Engine,
  envelopes: Iterator<Envelope>,
  count: number,
): Promise<void> {
  let given = 0
  const work = async (): Promise<void> => {
    while (given < count) {
      given++
      await submit(engine, envelopes)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
}

/** Gives commands as they are due, whether or not those before were answered, and times each. */
async function offer(
  engine: Engine,
  envelopes: Iterator<Envelope>,
  perSecond: number,
  until: () => boolean,
): Promise<number[]> {
  const tookMs: number[] = []
  const answers: Promise<void>[] = []
  const from = performance.now()
  while (!until()) {
    const due = ((performance.now() - from) * perSecond) / 1_000
    while (answers.length < due) {
      const givenAt = performance.now()
      const note = () => void tookMs.push(performance.now() - givenAt)
      answers.push(submit(engine, envelopes).then(note))
    }
    await sleep(1)
  }
  await Promise.all(answers)
  return tookMs
}

async function submit(engine: Engine, envelopes: Iterator<Envelope>): Promise<void> {
  const next = envelopes.next()
  assert(next.done !== true, 'the flow is long enough')
  const { outcome } = await engine.submit(next.value)
  assert(outcome.refusal === null, outcome.refusal?.code ?? '')
}

async function watchLag(engine: Engine, models: ReadModelService, until: () => boolean) {
  const commands: number[] = []
  const seconds: number[] = []
  while (!until()) {
    const behind = engine.durableSeq() - models.appliedSeq()
    commands.push(behind)
    seconds.push(behind === 0 ? 0 : Date.now() / 1_000 - models.appliedTimeUs() / 1_000_000)
    await sleep(LOOK_MS)
  }
  return { commands, seconds }
}

function stop(fault: unknown): never {
  throw fault
}
