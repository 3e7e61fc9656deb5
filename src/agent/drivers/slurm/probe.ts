import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, type WorkloadSpec } from '../../../messages/index.ts'
import { EngineError } from '../../container/engine.ts'
import { leasePaths } from '../../lease-folder.ts'
import { start } from '../../run/start.ts'
import type { Slurm } from '../../slurm/rest.ts'
import type { Driver, Probe } from '../driver.ts'
import { nodeOf } from './node.ts'
import type { SlurmOptions } from './options.ts'

/** Lease number of the trial allocation; the exchange counts from 1. */
const TRIAL = 0
const TRUE: WorkloadSpec = {
  command: ['true'],
  environment: [],
  image: null,
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}

/**
 * Opens an allocation, runs `true` in it and closes it: only that shows that all rights are there. A
 * daemon that holds leases showed it before, and its node may be sold out.
 */
export async function probe(
  driver: Driver,
  slurm: Slurm,
  options: SlurmOptions,
  folder: string,
): Promise<Probe> {
  try {
    const { name: api } = await slurm.version()
    const node = await nodeOf(slurm, options)
    const held = await driver.reconcile()
    const trial = held.length > 0 ? WELL : await runTrue(driver, join(folder, 'trial'))
    if (trial.exitCode !== 0) {
      const said = trial.said === '' ? REACH : trial.said
      const why = `a job on ${node.name} ended with exit code ${trial.exitCode}: ${said}`
      return { present: false, why }
    }
    const release = await slurm.release()
    return {
      present: true,
      facts: {
        engine: `Slurm ${release} (REST ${api}), node ${node.name} of ${options.partition}`,
      },
    }
  } catch (error) {
    if (!(error instanceof Fault || error instanceof EngineError)) throw error
    return { present: false, why: inWords(error) }
  }
}

function inWords(error: Error): string {
  const facts = error instanceof Fault ? Object.entries(error.facts).flat() : []
  const cause = error.cause instanceof Error ? [`(${error.cause.message})`] : []
  return [error.message, ...facts, ...cause].join(' ')
}

const REACH = 'can its user reach the data folder on a file system that the node shares?'

interface Trial {
  readonly exitCode: number
  /** the end of what it complained of */
  readonly said: string
}
const WELL: Trial = { exitCode: 0, said: '' }
const SAID_LENGTH = 300

async function runTrue(driver: Driver, folder: string): Promise<Trial> {
  const resources = { cores: 1, memoryMib: 64, diskMib: 16, cards: 0 }
  const allocation = await driver.openAllocation({ lease: TRIAL, resources, folder })
  try {
    const task = { workload: 0, spec: TRUE, folder: leasePaths(folder).workload(0) }
    let said = ''
    const running = await start(await driver.prepare(allocation, task), (_stream, bytes) => {
      said = `${said}${Buffer.from(bytes).toString()}`.slice(-SAID_LENGTH)
    })
    const { exitCode } = await running.ended
    return { exitCode, said: said.trim() }
  } finally {
    await driver.closeAllocation(allocation)
    rmSync(folder, { recursive: true, force: true })
  }
}
