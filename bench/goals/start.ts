/** How long a server takes to start: a new folder, and the same folder again. */
import { spawnSync } from 'node:child_process'
import { median, row, type Row } from '../row.ts'
import { historyOf, newFolder, ready, removeFolder, startSandbox } from '../server.ts'

const ROUNDS = 3
const PEER = 'node -e 0'

interface Times {
  readonly readyMs: number
  readonly readModelsMs: number
}

export async function start(): Promise<Row[]> {
  const first: Times[] = []
  const second: Times[] = []
  const node: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const folder = newFolder()
    first.push(await oneStart(folder))
    second.push(await oneStart(folder))
    removeFolder(folder)
    const from = performance.now()
    spawnSync(process.execPath, ['-e', '0'])
    node.push(performance.now() - from)
  }
  const told = (which: string, all: readonly Times[]) => [
    row('start', `${which} start until it takes orders`, of(all, 'readyMs'), 'ms', [
      PEER,
      median(node),
    ]),
    row('start', `${which} start until read models answer`, of(all, 'readModelsMs'), 'ms', [
      PEER,
      median(node),
    ]),
  ]
  return [...told('first', first), ...told('second', second)]
}

function of(all: readonly Times[], key: keyof Times): number {
  return median(all.map((each) => each[key]))
}

async function oneStart(folder: string): Promise<Times> {
  const from = performance.now()
  const server = await startSandbox(folder, ['--no-provider'])
  try {
    const [readyMs, readModelsMs] = await Promise.all([
      ready(server).then(() => performance.now() - from),
      historyOf(server).then(() => performance.now() - from),
    ])
    return { readyMs, readModelsMs }
  } finally {
    await server.stop()
  }
}
