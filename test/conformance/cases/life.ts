import { equal, ok } from 'node:assert/strict'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  adopt,
  monotonicMs,
  setFunding,
  type Allocation,
  type WorkloadHandle,
} from '../../../src/agent/index.ts'
import { end, killSupervisor, printed, type DriverBench } from '../bench.ts'
import type { ConformanceCase } from '../case.ts'
import { alike } from '../expect.ts'

/** How a program's life ends, by whom, and what is left of it. */
export const LIFE: readonly ConformanceCase[] = [
  {
    id: 'life.stop',
    title: 'stopping lets the program clean up',
    needs: [],
    run: async (bench) => {
      const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done'
      const handle = await bench.start({ command: ['sh', '-c', script] })
      await printed(handle, 'up')
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 10 })
      const result = await end(handle)
      alike(result, { end: 'STOPPED_BY_BUYER', exitCode: 3, stdout: 'up\nbye\n' })
    },
  },
  {
    id: 'life.grace',
    title: 'a program that will not stop is ended after its grace, with all it started',
    needs: [],
    run: async (bench) => {
      const script =
        'trap "" TERM; (trap "" TERM; sleep 300) & echo up; while :; do sleep 0.05; done'
      const handle = await bench.start({ command: ['sh', '-c', script] })
      await printed(handle, 'up')
      handle.stop({ end: 'LEASE_CLOSED', graceSeconds: 0 })
      alike(await end(handle), { end: 'LEASE_CLOSED', exitCode: 137 })
    },
  },
  {
    id: 'life.funding',
    title: 'a program whose funding ends is stopped, one that is renewed goes on',
    needs: [],
    run: async (bench) => {
      const short = await bench.open()
      const readyMs = monotonicMs()
      const handle = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] }, short)
      await printed(handle, 'up')
      // However long the start took: an end two seconds from now, put off before it comes.
      const endSeconds = Math.ceil((monotonicMs() - readyMs) / 1_000) + 2
      setFunding(short.folder, readyMs, endSeconds)
      setFunding(short.folder, readyMs, 3_600)
      while (monotonicMs() < readyMs + endSeconds * 1_000 + 500) await sleep(50)
      equal(handle.exit(), null)
      setFunding(short.folder, readyMs, 1)
      alike(await end(handle), { end: 'FUNDING_UNCONFIRMED' })
    },
  },
  {
    id: 'life.close',
    title: 'closing ends everything and nothing of the lease is found afterwards',
    needs: [],
    run: async (bench) => {
      const closing = await bench.open()
      const handle = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] }, closing)
      await printed(handle, 'up')
      ok((await bench.driver.reconcile()).includes(closing.lease))
      handle.stop({ end: 'LEASE_CLOSED', graceSeconds: 0 })
      await end(handle)
      await bench.driver.closeAllocation(closing)
      rmSync(closing.folder, { recursive: true })
      ok(!(await bench.driver.reconcile()).includes(closing.lease))
    },
  },
  {
    id: 'life.bound',
    title: 'a program dies with its supervisor, daemon or not',
    needs: ['bound to its supervisor'],
    run: async (bench) => {
      const script =
        'trap "" TERM; echo x > beat; echo up; while :; do sleep 0.05; echo x >> beat; done'
      const handle = await bench.start({ command: ['sh', '-c', script] })
      await printed(handle, 'up')
      await killSupervisor(handle)
      await sleep(500)
      const beats = () => statSync(join(handle.folder, 'work', 'beat')).size
      const before = beats()
      await sleep(1_000)
      equal(beats(), before)
    },
  },
  {
    id: 'life.adopted',
    title: 'one whose supervisor was killed runs on and is taken over, its log whole',
    needs: ['outlives its supervisor'],
    run: async (bench) => {
      const counting = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.4; done; exit 9'
      const { handle, allocation, workload } = await orphan(bench, counting, '2\n')
      equal(await bench.driver.recover(allocation, workload), 'adoptable')
      adopt(handle.folder)
      const stdout = '1\n2\n3\n4\n5\n6\n7\n8\n'
      alike(await end(handle), { end: 'EXITED', exitCode: 9, stdout })
      while ((await bench.driver.recover(allocation, workload)) !== 'ended') await sleep(50)
    },
  },
  {
    id: 'life.ended-alone',
    title: 'one that ended with nobody there keeps its log and exit code past its funding',
    needs: ['outlives its supervisor'],
    run: async (bench) => {
      const { handle, allocation } = await orphan(bench, 'echo 1; sleep 1; echo 2; exit 9')
      await sleep(1_500)
      setFunding(allocation.folder, monotonicMs() - 10_000, 1)
      adopt(handle.folder)
      const result = await end(handle)
      alike(result, { exitCode: 9, stdout: '1\n2\n' })
      // By the time of a quick engine's answer its funding has not been looked at.
      ok(['EXITED', 'FUNDING_UNCONFIRMED'].includes(result.end), result.end)
    },
  },
  {
    id: 'life.unfunded-alone',
    title: 'one that runs past its funding with nobody there is ended when it is taken over',
    needs: ['outlives its supervisor'],
    run: async (bench) => {
      const { handle, allocation, workload } = await orphan(bench, 'echo 1; sleep 300')
      setFunding(allocation.folder, monotonicMs() - 10_000, 1)
      adopt(handle.folder)
      alike(await end(handle), { end: 'FUNDING_UNCONFIRMED', stdout: '1\n' })
      while ((await bench.driver.recover(allocation, workload)) !== 'ended') await sleep(50)
    },
  },
  {
    id: 'life.suspended',
    title:
      'a program stands still while it is suspended, others do not, and it goes on where it was',
    needs: ['suspending'],
    run: async (bench) => {
      const allocation = await bench.open()
      const counting = 'trap "exit 5" TERM; echo up; while :; do echo x >> count; sleep 0.02; done'
      const halted = await bench.start({ command: ['sh', '-c', counting] }, allocation)
      const other = await bench.start({ command: ['sh', '-c', counting] }, allocation)
      await printed(halted, 'up')
      await printed(other, 'up')
      await suspend(bench, allocation, halted)
      await suspend(bench, allocation, halted)
      const [before, beside] = [counted(halted), counted(other)]
      await sleep(500)
      equal(counted(halted), before)
      ok(counted(other) > beside, 'the other one stands still too')
      equal(halted.standing(), 'supervised')
      // What proves the machine to the exchange goes on meanwhile.
      equal((await bench.shell('echo inside', allocation)).stdout, 'inside\n')
      for (let round = 0; round < 2; round++) {
        await bench.driver.resume?.(allocation, workloadOf(halted))
      }
      for (let look = 0; counted(halted) === before && look < 200; look++) await sleep(20)
      ok(counted(halted) > before, 'it does not go on')
      halted.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 10 })
      alike(await end(halted), { end: 'STOPPED_BY_BUYER', exitCode: 5, stdout: 'up\n' })
      // What has ended is neither halted nor let go on.
      await suspend(bench, allocation, halted)
      await bench.driver.resume?.(allocation, workloadOf(halted))
    },
  },
  {
    id: 'life.suspended-stop',
    title: 'a stop lets what is suspended clean up, and ends it with its reason',
    needs: ['suspending'],
    run: async (bench) => {
      const allocation = await bench.open()
      const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done'
      const stopped = await bench.start({ command: ['sh', '-c', script] }, allocation)
      await printed(stopped, 'up')
      await suspend(bench, allocation, stopped)
      stopped.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 10 })
      alike(await end(stopped), { end: 'STOPPED_BY_BUYER', exitCode: 3, stdout: 'up\nbye\n' })
      const stubborn = 'trap "" TERM; echo up; while :; do sleep 0.05; done'
      const killed = await bench.start({ command: ['sh', '-c', stubborn] }, allocation)
      await printed(killed, 'up')
      await suspend(bench, allocation, killed)
      killed.stop({ end: 'LEASE_CLOSED', graceSeconds: 0 })
      alike(await end(killed), { end: 'LEASE_CLOSED', exitCode: 137 })
    },
  },
  {
    id: 'life.suspended-unfunded',
    title: 'what is suspended ends with its funding, and with its allocation',
    needs: ['suspending'],
    run: async (bench) => {
      const allocation = await bench.open()
      const unfunded = await bench.start(
        { command: ['sh', '-c', 'echo up; sleep 300'] },
        allocation,
      )
      await printed(unfunded, 'up')
      await suspend(bench, allocation, unfunded)
      setFunding(allocation.folder, monotonicMs() - 10_000, 1)
      alike(await end(unfunded), { end: 'FUNDING_UNCONFIRMED' })
      const closing = await bench.open()
      const closed = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] }, closing)
      await printed(closed, 'up')
      await suspend(bench, closing, closed)
      await killSupervisor(closed)
      await bench.driver.closeAllocation(closing)
      rmSync(closing.folder, { recursive: true })
      ok(!(await bench.driver.reconcile()).includes(closing.lease))
    },
  },
]

const workloadOf = ({ folder }: WorkloadHandle) => Number(folder.split('/').at(-1))

/** A driver that says that it can must have it. */
async function suspend(
  { driver }: DriverBench,
  allocation: Allocation,
  handle: WorkloadHandle,
): Promise<void> {
  ok(driver.suspend !== undefined, 'it has no suspend')
  await driver.suspend(allocation, workloadOf(handle))
}

/** How far the program has counted, seen from outside. */
function counted({ folder }: WorkloadHandle): number {
  return statSync(join(folder, 'work', 'count')).size
}

/** A program in an allocation of its own that has printed something and lost its supervisor. */
async function orphan(
  bench: DriverBench,
  script: string,
  seen = '1\n',
): Promise<{ handle: WorkloadHandle; allocation: Allocation; workload: number }> {
  const allocation = await bench.open()
  const handle = await bench.start({ command: ['sh', '-c', script] }, allocation)
  await printed(handle, seen)
  await killSupervisor(handle)
  return { handle, allocation, workload: workloadOf(handle) }
}
