import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Running, startProgram } from '../tools/running.ts'

/** A person who has just come: no rights, an empty home, and few programs. */
export interface Stranger {
  /** repository with the commit that is checked out, to be cloned */
  readonly origin: string
  /** where the clone goes, and where programs are started once it is there */
  readonly clone: string
  /** starts a program as that person */
  readonly start: (
    command: readonly [string, ...string[]],
    env?: Readonly<Record<string, string>>,
  ) => Running
  /** pids of the processes that this person has, when it is not the user of the test */
  readonly processes: () => number[]
  /** removes the user and the files */
  readonly leave: () => void
}

const project = fileURLToPath(new URL('../..', import.meta.url))
const name = 'suan-stranger'

/** As root this makes a user of its own; otherwise the stranger is the user of the test. */
export function makeStranger(): Stranger {
  const folder = mkdtempSync(join(tmpdir(), 'suan-fresh-'))
  const [bin, home, origin] = [join(folder, 'bin'), join(folder, 'home'), join(folder, 'origin')]
  const clone = join(home, 'suan')
  mkdirSync(bin)
  mkdirSync(home)
  for (const [program, path] of programs()) symlinkSync(path, join(bin, program))
  execFileSync('git', ['clone', '--quiet', '--bare', project, origin])

  const asRoot = userInfo().uid === 0
  if (asRoot) addUser(folder)
  const become: readonly string[] = asRoot
    ? ['/usr/bin/setpriv', `--reuid=${name}`, `--regid=${name}`, '--clear-groups', '--']
    : []
  const base = { PATH: bin, HOME: home, ...networkSettings() }
  const start: Stranger['start'] = (command, env = {}) => {
    const [first = '', ...rest] = [...become, ...command]
    const cwd = existsSync(clone) ? clone : home
    return startProgram([first, ...rest], { cwd, env: { ...base, ...env } })
  }
  return {
    origin,
    clone,
    start: (command, env) => start([join(bin, command[0]), ...command.slice(1)], env),
    processes: () => (asRoot ? processesOf(idOf(name)) : []),
    leave: () => {
      if (asRoot) execFileSync('userdel', [name])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Node, npm, git, the shell that npm runs scripts with, and Debian's coreutils; nothing else. */
function programs(): Map<string, string> {
  const found = new Map<string, string>([['node', process.execPath]])
  for (const program of ['npm', 'git', 'sh']) found.set(program, whereIs(program))
  const files = execFileSync('dpkg', ['-L', 'coreutils'], { encoding: 'utf8' }).split('\n')
  for (const file of files.filter((path) => /^(?:\/usr)?\/bin\/./.test(path))) {
    found.set(file.slice(file.lastIndexOf('/') + 1), file)
  }
  return found
}

function whereIs(program: string): string {
  const path = process.env['PATH'] ?? ''
  const folders = path.split(delimiter).filter((folder) => !folder.includes('node_modules/.bin'))
  const found = folders.map((folder) => join(folder, program)).find((file) => existsSync(file))
  if (found === undefined) throw new Error(`${program} is not on PATH`)
  return realpathSync(found)
}

function addUser(folder: string): void {
  const known = execFileSync('cut', ['-d:', '-f1', '/etc/passwd'], { encoding: 'utf8' })
  if (known.split('\n').includes(name)) execFileSync('userdel', [name])
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', name])
  execFileSync('chown', ['-R', `${name}:${name}`, folder])
}

/** How this machine reaches its package registry; the only settings that the stranger is told. */
function networkSettings(): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const key of ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy']) {
    const value = execFileSync('npm', ['config', 'get', key], { cwd: tmpdir(), encoding: 'utf8' })
    const line = value.trim().split('\n').at(-1) ?? ''
    if (line !== '' && line !== 'null') settings[`npm_config_${key.replace('-', '_')}`] = line
  }
  for (const key of ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']) {
    const value = process.env[key]
    if (value !== undefined) settings[key] = value
  }
  return settings
}

function idOf(user: string): number {
  return Number(execFileSync('id', ['-u', user], { encoding: 'utf8' }))
}

function processesOf(uid: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => ({ pid: Number(entry), status: readIfThere(`/proc/${entry}/status`) }))
    .filter(({ status }) => new RegExp(`^Uid:\\s+${uid}\\s`, 'm').test(status))
    .filter(({ status }) => !/^State:\s+Z/m.test(status)) // ended, only not yet asked for
    .map(({ pid }) => pid)
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (existsSync(path)) throw error
    return ''
  }
}
