/**
 * A process of its own: an engine on files in the folder given, submitting as fast as it can. Prints
 * one line `seq id` for every acknowledgement, and `snapshot seq` for every snapshot.
 */
import { writeSync } from 'node:fs'
import { newCommandId } from '../../src/kernel/index.ts'
import {
  makeSnapshot,
  openEngineFiles,
  openEngineReader,
  signerFromSeed,
  startEngine,
} from '../../src/engine/index.ts'
import { CounterMachine } from '../support/counter-machine.ts'
import { genesis } from '../support/engine-bench.ts'

const SEGMENT_BYTES = 256 * 1024
const directory = process.argv[2]!
const random = Buffer.alloc(10)
random.writeUInt32LE(process.pid, 2)
let count = 0

const engine = await startEngine({
  ...(await openEngineFiles({ directory, segmentBytes: SEGMENT_BYTES })),
  machine: () => new CounterMachine(),
  signer: signerFromSeed(new Uint8Array(32).fill(7)),
  genesis,
  acceptGap: true,
  exit: (why) => {
    writeSync(2, `${String(why)}\n`)
    process.exit(1)
  },
})
writeSync(1, 'started\n')

async function submitForEver(): Promise<never> {
  for (;;) {
    random.writeUInt32LE(++count, 6)
    const id = newCommandId(Date.now(), random)
    const command = { kind: 'ActivateRules' as const, version: 1 + (count % 50) }
    const { seq } = await engine.submit({ account: 1, key: 1, id, command })
    writeSync(1, `${seq} ${id}\n`)
  }
}

async function snapshotForEver(): Promise<never> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const reader = await openEngineReader(directory)
    const made = await makeSnapshot({
      log: reader.log,
      snapshots: reader.store,
      machine: () => new CounterMachine(),
    })
    await reader.events.close()
    await reader.log.close()
    if (made !== null) writeSync(1, `snapshot ${made.seq}\n`)
  }
}

await Promise.all([
  snapshotForEver(),
  ...Array.from({ length: 1 + (process.pid % 8) }, submitForEver),
])
