// Every example as its README shows it, against a sandbox exchange of its own, with its result checked.
import { createHash } from 'node:crypto'
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'suan-examples-'))
const suan = [process.execPath, join(root, 'dist/cli/main.js')] as const
let env: NodeJS.ProcessEnv
let server: ChildProcess

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/prepare.mjs', 'deps', 'build'], { cwd: root })
  const [data, port] = [join(folder, 'data'), String(await freePort())]
  env = { ...process.env, SUAN: suan.join(' '), SUAN_DATA_DIR: data, SUAN_PORT: port }
  delete env['SUAN_URL']
  delete env['SUAN_API_KEY']
  delete env['SUAN_CONTEXT']
  server = spawn(suan[0], [suan[1], 'server', '--sandbox'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (/^Ready/m.test(said)) resolve()
    })
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
  })
})

afterAll(async () => {
  server.removeAllListeners('exit')
  if (server.exitCode === null) {
    server.kill('SIGINT')
    await once(server, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex')

/** What was bought, once the history of a server that has just started can be read. */
async function usage(): Promise<{ data: { status: string; accepted_seconds: number }[] }> {
  for (;;) {
    const [program, ...words] = [...suan, 'usage', '-o', 'json']
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    if (status === 0) return JSON.parse(stdout) as Awaited<ReturnType<typeof usage>>
    if (!stderr.includes('REBUILDING')) throw new Error(stderr)
    await sleep(200)
  }
}

function sh(script: string, ...words: string[]): string {
  const path = join(root, 'examples', script)
  return execFileSync('sh', [path, ...words], { cwd: folder, env, encoding: 'utf8' })
}

test('parameter sweep: sixteen jobs find the known cycles of the logistic map', async () => {
  const table = join(folder, 'sweep.csv')
  sh('parameter-sweep/sweep.sh', table)
  const rows = readFileSync(table, 'utf8').trim().split('\n')
  const cycles = rows.slice(1).map((row) => row.split(',').slice(0, 2).join(':'))
  expect(rows[0]).toBe('rate,cycle,point')
  expect(cycles).toEqual([
    '2.5:1',
    '2.8:1',
    '3.2:2',
    '3.4:2',
    '3.46:4',
    '3.5:4',
    '3.55:8',
    '3.56:8',
    '3.566:16',
    '3.628:6',
    '3.702:7',
    '3.74:5',
    '3.83:3',
    '3.845:6',
    '3.9:0',
    '3.906:5',
  ])
  // Below r = 3 the one point of the cycle is 1 - 1/r.
  expect(Number(rows[1]?.split(',')[2])).toBeCloseTo(1 - 1 / 2.5, 6)
  const { data } = await usage()
  expect(data.map((line) => line.status)).toEqual(['closed'])
  expect(data[0]?.accepted_seconds).toBeGreaterThan(0)
})

test('bundle: what the rented core built is what is built here, and it runs', () => {
  sh('bundle/bundle.sh', 'built')
  const path = join(folder, 'built', 'app.js')
  // In a folder of its own: the settings of this project did not travel along either.
  const here = join(folder, 'local')
  mkdirSync(here)
  copyFileSync(join(root, 'examples/bundle/app.jsx'), join(here, 'app.jsx'))
  symlinkSync(join(root, 'node_modules'), join(here, 'node_modules'))
  const local = buildSync({
    absWorkingDir: here,
    entryPoints: ['app.jsx'],
    bundle: true,
    minify: true,
    platform: 'node',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  expect(sha256(readFileSync(path))).toBe(sha256(local.outputFiles[0]?.contents ?? ''))
  const page = execFileSync(process.execPath, [path], { encoding: 'utf8' })
  expect(page.match(/<li>/g)).toHaveLength(3)
})
