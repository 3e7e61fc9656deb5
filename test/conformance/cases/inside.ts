import { equal, match, ok, rejects } from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecSession } from '../../../src/agent/index.ts'
import { end, type DriverBench } from '../bench.ts'
import type { ConformanceCase } from '../case.ts'
import { USER } from '../expect.ts'

const PATIENCE_MS = 60_000

/** A program beside a workload that runs, or null while the workload is still being started. */
async function beside(
  bench: DriverBench,
  workload: number,
  script: string,
  terminal: { columns: number; rows: number } | null = null,
): Promise<ExecSession> {
  const { exec } = bench.driver
  ok(exec)
  for (let waited = 0; ; waited += 50) {
    try {
      return await exec(bench.allocation, workload, ['sh', '-c', script], terminal)
    } catch (error) {
      if (waited > PATIENCE_MS) throw error
      await sleep(50)
    }
  }
}

/** A connection, once the program listens. */
async function dialed(bench: DriverBench, workload: number, port: number): Promise<Duplex> {
  const { dial } = bench.driver
  ok(dial)
  for (let waited = 0; ; waited += 100) {
    try {
      return await dial(bench.allocation, workload, port)
    } catch (error) {
      if (waited > PATIENCE_MS) throw error
      await sleep(100)
    }
  }
}

async function textOf(from: AsyncIterable<unknown> | null): Promise<string> {
  let text = ''
  for await (const part of from ?? []) text += String(part)
  return text
}

const numberOf = (folder: string) => Number(folder.split('/').at(-1))

/** Programs and connections into a workload that runs. */
export const INSIDE: readonly ConformanceCase[] = [
  {
    id: 'inside.program',
    title: 'a program beside a workload reads, prints on two streams and has an exit code',
    needs: ['programs beside a workload'],
    run: async (bench) => {
      const handle = await bench.start({ command: ['sleep', '60'] })
      const workload = numberOf(handle.folder)
      const session = await beside(bench, workload, 'cat; echo oops >&2; exit 7')
      session.input.end('some input')
      const printed = Promise.all([textOf(session.output), textOf(session.errors)])
      equal(await session.ended, 7)
      equal((await printed).join('|'), 'some input|oops\n')
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(handle)
    },
  },
  {
    id: 'inside.same',
    title: 'a program beside a workload sees its files and processes, and has no more rights',
    needs: ['programs beside a workload', 'isolation'],
    run: async (bench) => {
      const handle = await bench.start({ command: ['sh', '-c', 'echo mine > mark; sleep 60'] })
      const session = await beside(
        bench,
        numberOf(handle.folder),
        `while [ ! -e mark ]; do sleep 0.1; done; cat mark; ${USER}; hostname; grep -E "CapBnd|NoNewPrivs" /proc/self/status; ls /proc | grep -c "^[0-9]" || true`,
      )
      session.input.end()
      const printed = textOf(session.output)
      const exitCode = await session.ended
      const text = await printed
      equal(exitCode, 0, text)
      match(text, /^mine\nuser 65534\n/)
      match(text, /^CapBnd:\s*0+$/m)
      // gVisor's kernel tells no such line.
      if (bench.driver.isolation !== 'gvisor') match(text, /^NoNewPrivs:\s*1$/m)
      const count = text.trim().split('\n').at(-1)
      ok(Number(count) < 12, `it sees ${count} processes`)
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(handle)
    },
  },
  {
    id: 'inside.terminal',
    title: 'a program beside a workload gets a terminal of the size that was asked for',
    needs: ['programs beside a workload'],
    run: async (bench) => {
      const handle = await bench.start({ command: ['sleep', '60'] })
      const size = { columns: 132, rows: 40 }
      const script = 'test -t 0 && test -t 1 && sleep 0.3; stty size; exit 4'
      const session = await beside(bench, numberOf(handle.folder), script, size)
      const printed = textOf(session.output)
      equal(await session.ended, 4)
      match(await printed, /40 132\r\n/)
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(handle)
    },
  },
  {
    id: 'inside.ends',
    title: 'a program beside a workload ends with it, and there is none beside what has ended',
    needs: ['programs beside a workload'],
    run: async (bench) => {
      const handle = await bench.start({ command: ['sleep', '60'] })
      const workload = numberOf(handle.folder)
      const session = await beside(bench, workload, 'echo in; sleep 600')
      const printed = textOf(session.output)
      await sleep(300)
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(handle)
      ok((await session.ended) !== 0)
      equal(await printed, 'in\n')
      const { exec } = bench.driver
      await rejects(
        async () => exec?.(bench.allocation, workload, ['true'], null),
        /TUNNEL_REFUSED/,
      )
    },
  },
  {
    id: 'inside.port',
    title: 'a port that nobody listens on is refused, and not reached elsewhere',
    needs: ['ports of a workload'],
    run: async (bench) => {
      const handle = await bench.start({ command: ['sleep', '60'] })
      const { dial } = bench.driver
      ok(dial)
      const workload = numberOf(handle.folder)
      equal(await (await beside(bench, workload, 'true')).ended, 0)
      await rejects(dial(bench.allocation, workload, 1), /TUNNEL_REFUSED/)
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(handle)
    },
  },
  {
    id: 'inside.reached',
    title: 'a port that a workload listens on is reached, and bytes pass both ways',
    needs: ['programs beside a workload', 'ports of a workload'],
    run: async (bench) => {
      const port = 20_000 + (process.pid % 10_000)
      const listen = ['busybox', 'nc', '-ll', '-p', String(port), '-e', 'cat']
      const handle = await bench.start({ command: listen })
      const workload = numberOf(handle.folder)
      equal(await (await beside(bench, workload, 'true')).ended, 0)
      const socket = await dialed(bench, workload, port)
      socket.write('there and back')
      let text = ''
      for await (const bytes of socket) {
        text += String(bytes)
        if (text.length >= 'there and back'.length) break
      }
      equal(text, 'there and back')
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
      await end(handle)
    },
  },
]
