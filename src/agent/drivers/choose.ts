import { resolve } from 'node:path'
import { assert } from '../../kernel/index.ts'
import { Fault } from '../../messages/index.ts'
import { dockerDriver } from './docker.ts'
import type { Driver, DriverFacts, DriverName } from './driver.ts'
import { processDriver } from './process.ts'
import { OCI_TOOLS, ociDriver, type OciOptions } from './oci/oci.ts'

/** The driver of a machine, and why better ones are not used. */
export interface Choice {
  readonly driver: Driver
  readonly facts: DriverFacts
  readonly passedOver: readonly { readonly name: DriverName; readonly why: string }[]
}

/** Best isolation first; a bare process is always there and is labelled as no isolation. */
export const LOCAL_DRIVERS = ['docker', 'oci', 'process'] as const
export type LocalDriverName = (typeof LOCAL_DRIVERS)[number]

/** Engines on other machines, which only their settings can find. */
const ELSEWHERE = ['kubernetes', 'slurm'] as const
export const CHOSEN_DRIVERS = [...LOCAL_DRIVERS, ...ELSEWHERE] as const
export type ChosenDriverName = (typeof CHOSEN_DRIVERS)[number]

/** A driver that was named and cannot work must not be replaced by another one: throws Fault. */
export async function probed(driver: Driver): Promise<Choice> {
  const probe = await driver.probe()
  if (probe.present) return { driver, facts: probe.facts, passedOver: [] }
  const facts = { driver: driver.name, why: probe.why }
  throw new Fault('DRIVER_UNUSABLE', { retryable: false, facts })
}

/**
 * The first driver of `order` that can run a program on this machine. `folder` holds one folder a
 * lease; `venue` is written on containers.
 */
export async function chooseDriver(
  folder: string,
  venue: string,
  order: readonly LocalDriverName[] = LOCAL_DRIVERS,
): Promise<Choice> {
  const make: Readonly<Record<LocalDriverName, () => Promise<Driver>>> = {
    docker: () => dockerDriver(folder, { venue }),
    oci: () => ociDriver(folder, ociOptions(process.env)),
    process: () => processDriver(folder),
  }
  const passedOver: { name: DriverName; why: string }[] = []
  for (const name of order) {
    const driver = await make[name]()
    const probe = await driver.probe()
    if (probe.present) return { driver, facts: probe.facts, passedOver }
    passedOver.push({ name, why: probe.why })
  }
  const driver = await processDriver(folder)
  const probe = await driver.probe()
  assert(probe.present, 'a process can always be started')
  return { driver, facts: probe.facts, passedOver }
}

/** SUAN_OCI_TOOL names one way instead of the first that works; SUAN_IMAGES is a folder of archives. */
function ociOptions(environment: NodeJS.ProcessEnv): OciOptions {
  const tool = OCI_TOOLS.find((name) => name === environment['SUAN_OCI_TOOL'])
  const images = environment['SUAN_IMAGES']
  return {
    ...(tool === undefined ? {} : { tools: [tool] }),
    ...(images === undefined ? {} : { images: resolve(images) }),
  }
}
