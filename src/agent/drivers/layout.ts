import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { Fault, type WorkloadSpec } from '../../messages/index.ts'
import { writeWhole } from '../files.ts'
import { NOTICE_FILE, workloadPaths } from '../lease-folder.ts'
import type { Task } from './driver.ts'

/** What a program sees of the file system, and how it is started there. */
export interface Layout {
  readonly links: readonly { readonly path: string; readonly target: string }[]
  readonly readOnly: readonly Bind[]
  readonly writable: readonly Bind[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly command: readonly string[]
}
export interface Bind {
  /** on this machine */
  readonly from: string
  /** as the program sees it */
  readonly to: string
}

/** Where the program's own folder appears; it is home and, unless told otherwise, the place of work. */
const HOME = '/work'
/** Where the folder with its notice appears. */
export const TOLD = '/suan'
/** The user nobody, which owns nothing on this machine. */
export const NOBODY = 65_534

const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
const SYSTEM_FILES = [
  '/etc/ssl',
  '/etc/alternatives',
  '/etc/nsswitch.conf',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
]
/** First folders of a path where nothing of the buyer's may be placed. */
const RESERVED = new Set([
  ...SYSTEM.map((path) => path.slice(1)),
  ...',etc,proc,sys,dev,tmp,run,var,boot,suan'.split(','),
])

/**
 * The layout of a task: system programs and libraries read-only, the work folder, inputs and output
 * where the buyer wants them. Throws Fault START_FAILED for a path that is not allowed.
 */
export function layoutOf(task: Task, systemBinds: boolean): Layout {
  const { spec, folder } = task
  const paths = workloadPaths(folder)
  const system = systemBinds ? systemLayout(folder) : { links: [], readOnly: [] }
  const inputs = placeInputs(task)
  return {
    links: system.links,
    readOnly: [...system.readOnly, ...inputs, { from: paths.told, to: TOLD }],
    writable: [{ from: paths.work, to: HOME }, ...placeOutput(task)],
    directory: resolveInside(spec.workingDirectory ?? HOME),
    environment: environmentOf(spec),
    command: spec.command,
  }
}

/**
 * Environment of a program: fixed values first, the buyer's own win. One that sees the paths of this
 * machine is told those of its workload's `folder`.
 */
export function environmentOf(
  spec: WorkloadSpec,
  folder: string | null = null,
): Record<string, string> {
  const paths = folder === null ? null : workloadPaths(folder)
  const fixed = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: paths?.work ?? HOME,
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    SUAN_NOTICE: paths?.notice ?? `${TOLD}/${NOTICE_FILE}`,
  }
  return {
    ...fixed,
    ...Object.fromEntries(spec.environment.map(({ name, value }) => [name, value])),
  }
}

/** The path on this machine of a path below the program's home; null when it lies elsewhere. */
export function insideWork(folder: string, path: string): string | null {
  const absolute = resolveInside(path)
  if (absolute !== HOME && !absolute.startsWith(`${HOME}/`)) return null
  return join(workloadPaths(folder).work, absolute.slice(HOME.length))
}

/** Absolute path as the program sees it; relative ones begin at its home. */
export function resolveInside(path: string): string {
  return posix.resolve(HOME, path)
}

/**
 * Folder or file on this machine that holds the output after the end; null when there is none. A
 * link that the program made in place of a folder leads nowhere.
 */
export function outputOf(task: Task): string | null {
  const { outputPath } = task.spec
  if (outputPath === null) return null
  const inside = insideWork(task.folder, outputPath)
  const path = inside ?? workloadPaths(task.folder).output
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null
  const top = realpathSync(inside === null ? path : workloadPaths(task.folder).work)
  const real = join(realpathSync(dirname(path)), basename(path))
  return real === top || real.startsWith(`${top}/`) ? real : null
}

/** Inputs below home are copied there, to be changed at will; others are bound read-only. */
function placeInputs(task: Task): Bind[] {
  const binds: Bind[] = []
  for (const [index, input] of task.spec.inputs.entries()) {
    const from = join(workloadPaths(task.folder).inputs, String(index))
    chmodSync(from, 0o444 | (input.mode & 0o111))
    const inside = insideWork(task.folder, input.path)
    if (inside === null) {
      binds.push({ from, to: allowed(resolveInside(input.path)) })
    } else {
      makeOwned(dirname(inside), workloadPaths(task.folder).work)
      copyFileSync(from, inside)
      chmodSync(inside, (input.mode & 0o777) | 0o600)
      giveToNobody(inside)
    }
  }
  return binds
}

function placeOutput(task: Task): Bind[] {
  const { outputPath } = task.spec
  if (outputPath === null || insideWork(task.folder, outputPath) !== null) return []
  const { output } = workloadPaths(task.folder)
  mkdirSync(output, { recursive: true })
  giveToNobody(output)
  return [{ from: output, to: allowed(resolveInside(outputPath)) }]
}

function allowed(path: string): string {
  if (RESERVED.has(path.split('/')[1] ?? '')) {
    throw new Fault('START_FAILED', { retryable: false, facts: { path } })
  }
  return path
}

/** A daemon that runs as root gives files to nobody; any other keeps them: the program is itself. */
export function giveToNobody(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY)
}

function makeOwned(folder: string, top: string): void {
  if (existsSync(folder) || !folder.startsWith(top)) return
  makeOwned(dirname(folder), top)
  mkdirSync(folder)
  giveToNobody(folder)
}

function systemLayout(folder: string): Pick<Layout, 'links' | 'readOnly'> {
  const links: { path: string; target: string }[] = []
  const readOnly: Bind[] = []
  for (const path of SYSTEM) {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) continue
    if (stat.isSymbolicLink()) links.push({ path, target: readlinkSync(path) })
    else readOnly.push({ from: path, to: path })
  }
  for (const path of SYSTEM_FILES) if (existsSync(path)) readOnly.push({ from: path, to: path })
  return { links, readOnly: [...readOnly, ...identityFiles(folder)] }
}

/** Users of this machine are nobody's business: a file with root and nobody only. */
function identityFiles(folder: string): Bind[] {
  const files = {
    passwd: `root:x:0:0:root:/:/bin/sh\nnobody:x:${NOBODY}:${NOBODY}:nobody:${HOME}:/bin/sh\n`,
    group: `root:x:0:\nnogroup:x:${NOBODY}:\n`,
    hosts: '127.0.0.1 localhost\n::1 localhost\n',
  }
  return Object.entries(files).map(([name, text]) => {
    const from = join(folder, `etc-${name}`)
    writeWhole(from, text, 0o644)
    return { from, to: `/etc/${name}` }
  })
}
