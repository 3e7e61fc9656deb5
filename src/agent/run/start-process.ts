import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { Fault } from '../../messages/index.ts'
import { findCgroups } from '../cgroup/find.ts'
import { Group } from '../cgroup/group.ts'
import { descendants, processTable, signalProcess } from '../proc/table.ts'
import type { Ending, Plan, ProcessLaunch, Running, Sink, Stream } from './plan.ts'
import { TreeSampler } from './sampler.ts'

const SAMPLE_MS = 250

/** Joins the groups named before `--`, sets limits that a child cannot raise, becomes the rest. */
export const JOIN = `while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift
ulimit -c 0; ulimit -n 4096 2>/dev/null; exec "$@"`

/**
 * Starts a plan's process in a session of its own, in its control group where it has one.
 * Throws Fault START_FAILED when it cannot be started.
 */
export async function startProcess(
  plan: Plan,
  launch: ProcessLaunch,
  sink: Sink,
): Promise<Running> {
  const group = plan.group === null ? null : new Group(findCgroups(), plan.group)
  group?.create()
  const joined = launch.subgroup === undefined ? group : (group?.child(launch.subgroup) ?? null)
  joined?.create()
  const child = await spawnJoined(launch, joined?.joinFiles ?? [])
  const root = child.pid ?? 0
  const sampler = new TreeSampler(root)
  const kill = () => killAll(root, group, sampler)
  let overrun = false
  const timer = setInterval(() => {
    const resident = sampler.sample()
    if (group !== null || resident <= plan.memoryMib * 1024 * 1024) return
    overrun = true
    kill()
  }, SAMPLE_MS)
  sampler.sample()
  const ended = endOf(child, sink).then((exitCode): Ending => {
    clearInterval(timer)
    kill()
    const outOfMemory = overrun || (exitCode === 137 && (group?.oomKills() ?? 0) > 0)
    const outOfProcesses = exitCode !== 0 && (group?.forkRefusals() ?? 0) > 0
    return { exitCode, outOfMemory, outOfProcesses }
  })
  return {
    root,
    ended,
    terminate: () => {
      // What is halted cannot clean up after itself.
      group?.thaw()
      terminateTree(root, launch)
    },
    kill,
    usage: async () => group?.usage() ?? sampler.usage(),
    forget: async () => {},
  }
}

async function spawnJoined(launch: ProcessLaunch, join: readonly string[]): Promise<ChildProcess> {
  const options = launch.optionsFile === null ? null : openSync(launch.optionsFile, 'r')
  try {
    const child = spawn('/bin/sh', ['-c', JOIN, 'sh', ...join, '--', ...launch.argv], {
      cwd: launch.directory,
      env: { ...launch.environment },
      detached: true,
      stdio: options === null ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', options],
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) => reject(new Fault('START_FAILED', { cause, retryable: false })))
    })
    return child
  } finally {
    if (options !== null) closeSync(options)
  }
}

/** Resolves with the exit code once the program has ended; its output is then complete. */
async function endOf(child: ChildProcess, sink: Sink): Promise<number> {
  const streams = (['stdout', 'stderr'] as const).map((name) => drain(child, name, sink))
  const exitCode = await new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
  // A process left behind may hold the pipe open; it is killed after this, so do not wait long.
  await Promise.race([Promise.all(streams), new Promise((resolve) => setTimeout(resolve, 300))])
  return exitCode
}

async function drain(child: ChildProcess, name: Stream, sink: Sink): Promise<void> {
  const stream = child[name]
  if (stream === null) return
  await new Promise<void>((resolve) => {
    stream.on('data', (bytes: Buffer) => sink(name, bytes))
    stream.once('close', resolve)
  })
}

/** SIGTERM to the program and its children, not to the sandbox around it. */
function terminateTree(root: number, { wrappers, stopCommand, environment }: ProcessLaunch): void {
  const [program, ...args] = stopCommand ?? []
  if (program !== undefined) {
    // What cannot be told ends after its grace all the same.
    spawn(program, args, { env: { ...environment }, stdio: 'ignore' }).once('error', () => {})
    return
  }
  const found = descendants(root, processTable()).filter(({ depth }) => depth >= wrappers)
  for (const { row } of found) signalProcess(row.pid, 'SIGTERM')
}

function killAll(root: number, group: Group | null, sampler: TreeSampler): void {
  const members = sampler.members().map((row) => row.pid)
  signalProcess(-root, 'SIGKILL')
  for (const pid of members) signalProcess(pid, 'SIGKILL')
  group?.kill()
}
