// Brings a checkout to the point where it can run: installed dependencies and a fresh build.
// Only Node built-ins, since nothing may be installed yet. Every message goes to stderr.
// Use: `node scripts/prepare.mjs deps build`, or import { deps, build }.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lockFolder = join(root, '.suan-lock')
const ownFolder = `${lockFolder}-${process.pid}`
const modules = join(root, 'node_modules')
const depsStamp = join(modules, '.suan-deps')
const buildStamp = join(root, 'dist', '.stamp')
const buildInputs = [
  'src',
  'scripts',
  'test/sim',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
]

/** Installs what package-lock.json names, unless node_modules already holds exactly that. */
export async function deps() {
  const key = depsKey()
  if (readOr(depsStamp, '') === key) return
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    say('node_modules is a link, so its owner keeps it up to date; nothing installed here')
    return
  }
  await withLock(async () => {
    if (readOr(depsStamp, '') === key) return
    await install()
    writeFileSync(depsStamp, key)
  })
}

/** Builds server, command line and page into dist, unless dist already holds this source. */
export async function build() {
  if (readOr(buildStamp, '') === buildKey()) return
  await withLock(async () => {
    const key = buildKey()
    if (readOr(buildStamp, '') === key) return
    say('building')
    const started = Date.now()
    // In a process of its own: the server that may follow in this one stays small.
    const status = await runChild(process.execPath, [join(root, 'scripts/build.mjs'), key])
    if (status !== 0) {
      say('the build failed; its messages are above')
      process.exit(1)
    }
    say(`built in ${seconds(started)}`)
  })
}

async function install() {
  const names = lockedPackages()
  say(
    `installing ${names.length} packages (about 300 MB; the first time takes about half a minute)`,
  )
  const started = Date.now()
  const progress = setInterval(() => {
    const done = names.filter((name) => existsSync(join(root, name, 'package.json'))).length
    say(`  ${done} of ${names.length} packages after ${seconds(started)}`)
  }, 5000)
  // No install script is needed by any package here, so none is run.
  const flags = '--no-audit --no-fund --loglevel=error --include=dev --include=optional'.split(' ')
  const status = await npm(['ci', '--ignore-scripts', '--fetch-retries=1', ...flags])
  clearInterval(progress)
  if (status !== 0) {
    say(
      `installing the dependencies failed (npm ci ended with ${status}); npm's own message is above`,
    )
    say('usual causes: no network or proxy, a full disk, or a registry mirror that lacks a package')
    say('once it is cured, run the same command again: it continues from there')
    process.exit(1)
  }
  say(`installed in ${seconds(started)}`)
}

/** Runs npm (the one that runs us, else the one on PATH) and returns its exit status. */
function npm(args) {
  const own = process.env.npm_execpath
  const useOwn = own !== undefined && /\.c?js$/.test(own)
  return useOwn ? runChild(process.execPath, [own, ...args]) : runChild('npm', args)
}

/** Runs a program with its output on stderr; passes signals on, and then ends with it. */
function runChild(command, args) {
  const shell = process.platform === 'win32' && command === 'npm'
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell })
  const stop = (signal) => {
    child.kill(signal)
    child.once('exit', () => process.exit(1))
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  return new Promise((done) => {
    const end = (status) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      done(status)
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(code ?? signal))
  })
}

/** The folders that the lockfile puts on this kind of machine. */
function lockedPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const fits = (list, own) => list === undefined || list.includes(own)
  return Object.keys(packages).filter((name) => {
    const { os, cpu, libc, optional } = packages[name]
    if (name === '' || (optional && !os)) return false
    const here = fits(os, process.platform) && fits(cpu, process.arch)
    return here && fits(libc, usesGlibc() ? 'glibc' : 'musl')
  })
}

function usesGlibc() {
  return process.report?.getReport().header.glibcVersionRuntime !== undefined
}

// Nothing here is compiled against one Node version, so one tree serves every supported Node.
function depsKey() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return hash.update(`\n${process.platform} ${process.arch}`).digest('hex')
}

/** Hash of the names and contents of everything the build reads (tests left out). */
function buildKey() {
  const hash = createHash('sha256')
  const visit = (path) => {
    const full = join(root, path)
    const kind = lstatSync(full, { throwIfNoEntry: false })
    if (kind?.isDirectory()) {
      for (const name of readdirSync(full).toSorted()) visit(`${path}/${name}`)
    } else if (kind?.isFile() && !/\.test\.tsx?$/.test(path)) {
      hash.update(`${path}\n${kind.size}\n`).update(readFileSync(full))
    }
  }
  for (const path of buildInputs) visit(path)
  return hash.update(readOr(depsStamp, '')).digest('hex')
}

/**
 * Runs `work` while holding the lock folder, which contains one file named by the owner's pid.
 * The folder arrives complete by rename, which fails while another, non-empty one is there. A dead
 * owner's file is removed by its name, so a lock that has changed hands meanwhile is left alone.
 */
async function withLock(work) {
  let told = false
  while (!takeLock()) {
    const owner = lockOwner()
    if (owner !== null && !isAlive(owner)) {
      rmSync(join(lockFolder, `${owner}`), { force: true })
    } else if (owner !== null && !told) {
      say(`waiting for process ${owner}, which is installing or building here (.suan-lock)`)
      told = true
    }
    await sleep(200)
  }
  // Also when the work ends the process.
  process.once('exit', releaseLock)
  try {
    return await work()
  } finally {
    process.off('exit', releaseLock)
    releaseLock()
  }
}

function releaseLock() {
  renameSync(lockFolder, ownFolder)
  rmSync(ownFolder, { recursive: true })
}

function takeLock() {
  mkdirSync(ownFolder, { recursive: true })
  writeFileSync(join(ownFolder, `${process.pid}`), '')
  try {
    renameSync(ownFolder, lockFolder)
    return true
  } catch (error) {
    rmSync(ownFolder, { recursive: true })
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false
    throw error
  }
}

/** The pid in the lock folder, or null when the lock was released meanwhile. */
function lockOwner() {
  try {
    const name = readdirSync(lockFolder)[0]
    return name === undefined ? null : Number(name)
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readOr(path, otherwise) {
  return existsSync(path) ? readFileSync(path, 'utf8') : otherwise
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}

function say(line) {
  process.stderr.write(`suan: ${line}\n`)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  say(`Node ${process.versions.node} is too old; 20.19 or later is needed`)
  process.exit(1)
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const steps = { deps, build }
  for (const name of process.argv.slice(2)) await steps[name]()
}
