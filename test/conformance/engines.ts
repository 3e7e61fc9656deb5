import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  dockerDriver,
  kubernetesDriver,
  NO_CGROUPS,
  ociDriver,
  processDriver,
  slurmDriver,
  type Driver,
  type SlurmOptions,
} from '../../src/agent/index.ts'
import { findKubernetes } from '../tools/kubernetes.ts'
import { findContainerEngine, loadImage } from '../tools/engines.ts'
import { findSlurm, runcOfNode } from '../tools/slurm.ts'
import type { BenchImages, MakeDriver } from './bench.ts'
import { sampleImage, savedImage } from './sample-image.ts'

/** A column of the matrix: an engine by name, and how it is found on this machine. */
export interface ConformanceEngine {
  readonly name: string
  /** Quick; starts nothing that goes on. */
  readonly find: () => Promise<FoundEngine | NoEngine>
  /** a cluster of its own, which shares little with the machine's engines */
  readonly elsewhere?: boolean
}

export interface NoEngine {
  readonly present: false
  readonly why: string
}

export interface FoundEngine extends BenchImages {
  readonly present: true
  readonly version: string
  readonly make: MakeDriver
  /** where a container engine answers */
  readonly socket?: string
  /** brings up what the column needs, before its first case */
  readonly begin?: () => Promise<void>
  readonly end?: () => Promise<void>
}

/** Every engine that a driver is written for. Each is named once in not-enforceable.json's terms. */
export const ENGINES: readonly ConformanceEngine[] = [
  { name: 'podman', find: () => container('podman') },
  { name: 'docker', find: () => container('docker') },
  { name: 'oci-runc', find: () => withImages('runc') },
  { name: 'oci-gvisor', find: () => withImages('runsc') },
  { name: 'oci-bwrap', find: () => local((folder) => ociDriver(folder, { tools: ['bwrap'] })) },
  { name: 'oci-unshare', find: () => local((folder) => ociDriver(folder, { tools: ['unshare'] })) },
  { name: 'process', find: () => local((folder) => processDriver(folder)) },
  { name: 'process-polled', find: () => local((folder) => processDriver(folder, NO_CGROUPS)) },
  {
    name: 'kubernetes',
    find: async () => elsewhere(findKubernetes(), kubernetesDriver),
    elsewhere: true,
  },
  { name: 'slurm', find: slurm, elsewhere: true },
]

/** Rows as the engines are listed, whichever came first. */
export function inOrder<Row extends { readonly engine: string }>(rows: readonly Row[]): Row[] {
  return ENGINES.flatMap(({ name }) => rows.filter(({ engine }) => engine === name))
}

/** An engine of this machine alone: there when its driver says so. */
async function local(make: (folder: string) => Promise<Driver>): Promise<FoundEngine | NoEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-find-'))
  try {
    const probe = await (await make(folder)).probe()
    if (!probe.present) return probe
    return { present: true, version: probe.facts.engine, image: null, make }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A runtime without an engine: its images are archives in a folder. */
async function withImages(tool: 'runc' | 'runsc'): Promise<FoundEngine | NoEngine> {
  const images = mkdtempSync(join(tmpdir(), 'suan-images-'))
  const engine = await local((folder) => ociDriver(folder, { tools: [tool], images }))
  if (!engine.present) return engine
  return {
    ...engine,
    sample: async (name) =>
      writeFileSync(join(images, 'sample.tar'), savedImage(sampleImage(), name)),
    end: async () => rmSync(images, { recursive: true }),
  }
}

/** Jobs in containers, where the node has runc: its images are archives too. */
async function slurm(): Promise<FoundEngine | NoEngine> {
  const images = mkdtempSync(join(tmpdir(), 'suan-images-'))
  const engine = elsewhere(findSlurm(), (folder, options: SlurmOptions) =>
    slurmDriver(folder, { ...options, runtime: options.runtime ?? runcOfNode(), images }),
  )
  if (!engine.present) return engine
  return {
    ...engine,
    sample: async (name) =>
      writeFileSync(join(images, 'sample.tar'), savedImage(sampleImage(), name)),
    end: async () => {
      rmSync(images, { recursive: true })
      await engine.end?.()
    },
  }
}

async function container(kind: 'docker' | 'podman'): Promise<FoundEngine | NoEngine> {
  const found = await findContainerEngine(kind)
  if ('why' in found) return { present: false, why: found.why }
  const { socket } = found
  const engine = await local((folder) => dockerDriver(folder, { socket, venue: 'conformance' }))
  if (!engine.present) return engine
  return { ...engine, socket, sample: (name) => loadImage(socket, savedImage(sampleImage(), name)) }
}

/** Brought up for its column alone: nothing else needs it, and it is not at rest when idle. */
function elsewhere<Options>(
  found: TestCluster<Options> | { readonly why: string },
  driverOf: (folder: string, options: Options) => Driver,
): FoundEngine | NoEngine {
  if ('why' in found) return { present: false, why: found.why }
  let options: Options | null = null
  const { load } = found
  return {
    present: true,
    version: found.version,
    image: null,
    begin: async () => {
      options = await found.begin()
    },
    end: found.end,
    ...(load === undefined
      ? {}
      : { sample: (name) => load(savedImage(sampleImage(), name), name) }),
    make: async (folder) => {
      if (options === null) throw new Error('the cluster was not brought up')
      return driverOf(folder, options)
    },
  }
}

interface TestCluster<Options> {
  readonly version: string
  readonly begin: () => Promise<Options>
  readonly end: () => Promise<void>
  readonly load?: (tar: Buffer, name: string) => Promise<void>
}
