/** One server process: exchange, read models, door. Started and stopped in the order of dependence. */
import { buildApi, type ApiRates } from '../../api/index.ts'
import {
  snapshotThread,
  startReplica,
  type Engine,
  type Promoted,
  type SnapshotThread,
} from '../../engine/index.ts'
import { programUrl } from '../../kernel/index.ts'
import type { PostgresJournal } from '../../journal/index.ts'
import type { LegalMode } from '../../messages/index.ts'
import { openFolderObjects, openS3Objects, type S3Settings } from '../../objects/index.ts'
import { startReadModels, type ReadModelService } from '../../projections/index.ts'
import { workerKeeper } from '../../telemetry/index.ts'
import { version } from '../version.ts'
import type { DataFolder } from './data-folder.ts'
import type { ServerLog } from './log.ts'
import { readModelsHome } from './read-models-home.ts'
import { startExchange } from './start-exchange.ts'

export interface ServerOptions {
  readonly folder: DataFolder
  readonly host: string
  readonly port: number
  readonly mode: LegalMode
  readonly retentionSeconds: number
  readonly acceptGap: boolean
  /** null: files in the folder */
  readonly journal: PostgresJournal | null
  /** where members' objects rest; null: files in the folder */
  readonly bucket: S3Settings | null
  /** what one account may have stored; the door's default when absent */
  readonly objectQuotaBytes?: number
  /** of a standby that takes over */
  readonly promoted?: Promoted
  /** folder of the built page; null serves none */
  readonly webRoot: string | null
  readonly rates: Partial<ApiRates>
  readonly log: ServerLog
  /** said before each step that takes time */
  readonly stage: (name: string) => void
  readonly exit: (why: Error) => void
  /** work on a running engine before anybody can connect */
  readonly prepare?: (engine: Engine) => Promise<void>
}

export interface RunningServer {
  /** `http://127.0.0.1:7826` */
  readonly url: string
  readonly engine: Engine
  readonly readModels: ReadModelService
  /** Stops the door first and the journal last, so that everything acknowledged is told. */
  readonly stop: () => Promise<void>
}

/** Starts the parts in the order of dependence; when one fails, those before it stop again. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).toReversed()) await each()
  }
  try {
    return { ...(await startParts(options, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(
  options: ServerOptions,
  stops: (() => Promise<void>)[],
): Promise<Omit<RunningServer, 'stop'>> {
  const { folder, stage, log } = options
  // 1. The exchange: from here on commands are durable.
  stage('journal')
  const engine = await startExchange(options)
  stops.push(() => engine.stop())
  await options.prepare?.(engine)
  const snapshots = snapshotsOf(folder, options.journal)
  stops.push(() => snapshots.close())
  const replica = startReplica({
    engine,
    snapshotSeq: engine.snapshotSeq,
    make: () => snapshots.make(),
    report: (result) => {
      if (result instanceof Error) log.error({ err: result }, 'snapshot')
      else log.info(result, 'snapshot')
    },
  })
  stops.push(() => replica.stop())
  // 2. The read models open and catch up in the background; nobody waits for them.
  stage('read-models')
  const readModels = startReadModels({
    source: engine,
    home: readModelsHome(folder.projections),
    onFault: (fault) => log.warn({ err: fault }, 'read models'),
  })
  stops.push(() => readModels.close())
  // 3. The door.
  stage('door')
  const api = await buildApi({
    door: engine,
    readModels,
    objects:
      options.bucket === null
        ? openFolderObjects(folder.objects)
        : openS3Objects(folder.objects, options.bucket),
    ...(options.objectQuotaBytes === undefined
      ? {}
      : { objectQuotaBytes: options.objectQuotaBytes }),
    dataFolder: folder.root,
    webRoot: options.webRoot,
    rates: options.rates,
    keepSeries: workerKeeper,
    version: version(),
    log,
  })
  stops.push(() => api.close())
  const url = await api.listen({ host: options.host, port: options.port })
  return { url, engine, readModels }
}

/** Makes snapshots of what is durable in a thread of its own. */
export function snapshotsOf(folder: DataFolder, journal: PostgresJournal | null): SnapshotThread {
  const script = programUrl('engine/replica-worker', import.meta.url)
  return snapshotThread(folder.root, script, journal?.address ?? null)
}
