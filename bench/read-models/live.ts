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
/** of the flow, as fast as they are taken, while there are no read models */
const BACKLOG = 30_000
/** so many stretches with read models, and as many without, in turns */
export const PAIRS = 4
const SECONDS = 3
const LOOK_MS = 10

export interface Live {
  /** milliseconds to each durable acknowledgement, by stretch */
  readonly offMs: readonly (readonly number[])[]
  readonly followingMs: readonly (readonly number[])[]
  readonly busyMs: readonly number[]
  /** while they follow: commands, and seconds, every ten milliseconds */
  readonly lagCommands: readonly number[]
  readonly lagSeconds: readonly number[]
}

/** Commands of the flow that a life takes at `perSecond`, with what a busy stretch may take. */
export function stepsOf(perSecond: number): number {
  return 2 * BACKLOG + (2 * PAIRS + 1) * SECONDS * perSecond
}

/**
 * One life of an exchange in `folder`: read models off, on, on, off ... so that both meet the same disk
 * and the same neighbours, then busy with a backlog. Throws where the tables differ from the exchange's
 * state at the end.
 */
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
  const open = (whole = true) => openModels(engine, join(folder, 'read-models'), whole)
  const [offMs, followingMs]: [number[][], number[][]] = [[], []]
  const [lagCommands, lagSeconds]: [number[], number[]] = [[], []]
  await submitAll(engine, envelopes, flow.before.length)
  // Their database is made, and everything is warm, before anything counts.
  await (await open()).close()
  await give(after(SECONDS))
  let models: ReadModelService | null = null
  for (let stretch = 0; stretch < 2 * PAIRS; stretch++) {
    const isOn = stretch % 4 === 1 || stretch % 4 === 2
    if (isOn) models ??= await open()
    else if (models !== null) models = await closed(models)
    const until = after(SECONDS)
    const lag = models === null ? null : watchLag(engine, models, until)
    const tookMs = await give(until)
    if (isOn) followingMs.push(tookMs)
    else offMs.push(tookMs)
    const { commands, seconds } = (await lag) ?? { commands: [], seconds: [] }
    lagCommands.push(...commands)
    lagSeconds.push(...seconds)
  }
  await models?.close()
  await submitAll(engine, envelopes, BACKLOG)
  const behind = await open(false)
  const busyMs = await give(() => engine.durableSeq() - behind.appliedSeq() < perSecond / 100)
  await caughtUp(engine, behind)
  const differences = await behind.compare(machine.audit())
  assert(differences.length === 0, `read models differ: ${JSON.stringify(differences[0])}`)
  await behind.close()
  await engine.stop()
  return { offMs, followingMs, busyMs, lagCommands, lagSeconds }
}

/** Opens them; they have everything when they are there, where `whole`. */
async function openModels(
  engine: Engine,
  folder: string,
  whole: boolean,
): Promise<ReadModelService> {
  const home = new FolderHome({ folder, opener: workerOpener(), template: null })
  const models = startReadModels({ source: engine, home, onFault: stop })
  while (models.appliedSeq() === 0) await sleep(LOOK_MS)
  if (whole) await caughtUp(engine, models)
  return models
}

async function caughtUp(engine: Engine, models: ReadModelService): Promise<void> {
  assert(await models.waitFor(engine.durableSeq(), 60_000), 'the read models catch up')
}

async function closed(models: ReadModelService): Promise<null> {
  await models.close()
  return null
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
