/** Runs the conformance suite on every driver that this machine has, and says which it has not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  boundContract,
  driverContract,
  isolationContract,
  limitContract,
  openContract,
} from '../../../test/contracts/driver.contract.ts'
import { dockerDriver } from './docker.ts'
import { NO_CGROUPS } from '../cgroup/find.ts'
import { processDriver } from './process.ts'
import { ociDriver } from './oci.ts'
import type { Driver } from './driver.ts'

const inCi = process.env['CI'] === 'true'

const drivers: Readonly<Record<string, (folder: string) => Promise<Driver>>> = {
  docker: (folder) => dockerDriver(folder),
  bubblewrap: (folder) => ociDriver(folder, ['bwrap']),
  unshare: (folder) => ociDriver(folder, ['unshare']),
  process: (folder) => processDriver(folder),
  'process without control groups': (folder) => processDriver(folder, NO_CGROUPS),
}

const probing = mkdtempSync(join(tmpdir(), 'suan-drivers-'))
const missing: string[] = []
for (const [name, make] of Object.entries(drivers)) {
  const driver = await make(probing)
  const probe = await driver.probe()
  if (probe.present) {
    driverContract(name, make)
    if (driver.isolation === 'none') openContract(name, make)
    else isolationContract(name, make)
    if (driver.name === 'oci') boundContract(name, make)
    if (driver.capabilities.limits === 'kernel') limitContract(name, make)
  } else {
    missing.push(name)
    console.log(`driver ${name} is left out on this machine: ${probe.why}`)
  }
}
rmSync(probing, { recursive: true })

test('on the machines of continuous integration every engine is there', () => {
  expect(inCi ? missing : []).toEqual([])
})
