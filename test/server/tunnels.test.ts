// Into a running workload through the built server: program, terminal, port, and every end of them.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineSockets } from '../../src/agent/index.ts'
import { ensureBuilt } from '../tools/built.ts'
import { freePort } from '../tools/free-port.ts'
import { startProgram, type Running } from '../tools/running.ts'

const main = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist/cli/main.js')
const READY_MS = 120_000
const END_MS = 60_000
const LARGE = 40_000_000
/**
 * A web server that says where it is, and a line of log every tenth of a second. In Perl, which every
 * Debian has: this test's own Node may be anywhere, and workloads see only what belongs to the system.
 */
const PROGRAM = String.raw`
use IO::Socket::INET; use POSIX (); $| = 1;
unless (fork) { while (1) { print "tick\n"; select undef, undef, undef, 0.1 } }
my $name = (POSIX::uname())[1];
my $server = IO::Socket::INET->new(
  LocalAddr => '127.0.0.1', LocalPort => 8000, Listen => 64, ReuseAddr => 1) or die $!;
while (my $one = $server->accept) {
  while (<$one>) { last if /^\r?$/ }
  printf $one "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s",
    length $name, $name;
  close $one;
}`

const hasEngine = engineSockets().some((socket) => existsSync(socket))
const drivers = process.platform !== 'linux' ? ['process'] : hasEngine ? ['oci', 'docker'] : ['oci']

describe.each(drivers)('driver %s', (driver) => {
  const folder = mkdtempSync(join(tmpdir(), 'suan-tunnels-'))
  let server: Running
  let port = 0
  let workload = ''
  const environment = (): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    SUAN_DATA_DIR: folder,
    SUAN_PORT: `${port}`,
    SUAN_DRIVER: driver,
    LANG: 'C.UTF-8',
  })
  const suan = (...args: string[]): Running =>
    startProgram([process.execPath, main, ...args], { cwd: folder, env: environment() })
  /** Runs to its end with this as its input, and gives what it printed. */
  async function piped(input: string, ...args: string[]) {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: environment() })
    const printed = { stdout: '', stderr: '' }
    child.stdout.on('data', (part) => (printed.stdout += String(part)))
    child.stderr.on('data', (part) => (printed.stderr += String(part)))
    child.stdin.end(input)
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, ...printed }
  }
  async function api(path: string, token: string, body?: object) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init =
      body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return (await response.json()) as Record<string, unknown>
  }
  const tokenOf = (who: string) => readFileSync(join(folder, `secrets/${who}.token`), 'utf8').trim()

  beforeAll(async () => {
    ensureBuilt()
    port = await freePort()
    server = suan('server', '--sandbox')
    await server.printed(/Ctrl-C stops it/, READY_MS)
    const limits = ['--cpu', '1', '--memory', '512MiB', '--max-price', '1.00', '-y', '--detach']
    const command = ['perl', '-e', PROGRAM]
    const run = suan('run', ...limits, '-o', 'json', '--', ...command)
    expect(await run.ended(READY_MS), run.output()).toBe(0)
    workload = /wkl_\w+/.exec(run.output())?.[0] ?? ''
    const log = suan('logs', '-f', workload)
    await log.printed(/tick/, READY_MS)
    log.signal('SIGKILL')
  })
  afterAll(async () => {
    server.signal('SIGINT')
    await server.ended(END_MS)
    rmSync(folder, { recursive: true, force: true })
  })

  test('a program gets input, its streams stay apart, and its exit code is ours', async () => {
    const script = 'id -u; grep NoNewPrivs /proc/self/status; cat; echo oops >&2; exit 7'
    const ran = await piped('some input\n', 'exec', workload, '--', 'sh', '-c', script)
    const user = driver === 'process' ? process.getuid?.() : 65_534
    const locked = driver === 'process' ? '[01]' : '1'
    expect(ran).toMatchObject({ code: 7, stderr: 'oops\n' })
    expect(ran.stdout).toMatch(new RegExp(`^${user}\nNoNewPrivs:\\s*${locked}\nsome input\n$`))
    const missing = await piped('', 'exec', workload, '--', 'no-such-program')
    expect(missing.code).toBe(127)
  })

  test('a terminal has its size, and a shell reads commands where there is none', async () => {
    const there = await piped('echo $((6 * 7)); exit 3\n', 'shell', workload)
    expect(there).toMatchObject({ code: 3, stdout: '42\n' })
    // An engine makes the terminal first and gives it its size then.
    const sized =
      'i=0; while [ "$(stty size)" = "0 0" ] && [ $i -lt 40 ]; do i=$((i+1)); sleep 0.05; done'
    const inside = `'${sized}; stty size; test -t 0 && exit 4'`
    const line = `${process.execPath} ${main} exec -t ${workload} -- sh -c ${inside}`
    const pair = [
      'script',
      '--quiet',
      '--return',
      '--command',
      `stty rows 33 cols 99; ${line}`,
    ] as const
    const tty = startProgram([...pair, '/dev/null'], { cwd: folder, env: environment() })
    expect(await tty.ended(END_MS)).toBe(4)
    expect(tty.output()).toMatch(/33 99/)
    const none = await piped('', 'exec', '-t', workload, '--', 'true')
    expect(none.code).toBe(2)
  })

  test('a large output arrives whole through a slow reader, while orders and logs go on', async () => {
    const command = ['exec', '-n', workload, '--', 'head', '-c', `${LARGE}`, '/dev/zero']
    const child = spawn(process.execPath, [main, ...command], { cwd: folder, env: environment() })
    const hash = createHash('sha256')
    // Read nothing for a while: the pipe, the sockets and the window fill up, and the program waits.
    await sleep(2_000)
    const before = Number(
      /suan_tunnel_bytes_total\{kind="exec",direction="out"\} (\d+)/.exec(
        await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
      )?.[1],
    )
    expect(before).toBeLessThan(LARGE / 2)
    const order = { symbol: 'CPU-S.C.LOCAL', side: 'buy', units: 1, price: '0.01' }
    expect(await api('/v1/orders', tokenOf('buyer'), order)).toHaveProperty('order')
    const log = suan('logs', '-f', '--stream', 'stdout', workload)
    await log.printed(/tick/, END_MS)
    log.signal('SIGKILL')
    let size = 0
    for await (const part of child.stdout) {
      size += (part as Buffer).length
      hash.update(part as Buffer)
    }
    expect(size).toBe(LARGE)
    expect(hash.digest('hex')).toBe(createHash('sha256').update(Buffer.alloc(LARGE)).digest('hex'))
  })

  test('a port of the workload is one of this machine, for many connections at once', async () => {
    const local = await freePort()
    const forward = suan('port-forward', workload, `${local}:8000`, ':1')
    await forward.printed(/port 1; Ctrl-C/, END_MS)
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const response = await fetch(`http://127.0.0.1:${local}/`, {
          headers: { connection: 'close' },
        })
        return response.text()
      }),
    )
    const name = driver === 'process' ? hostname() : 'suan'
    expect(answers).toEqual(answers.map(() => name))
    const nowhere = /127\.0\.0\.1:(\d+) → \S+ port 1;/.exec(forward.output())?.[1]
    await expect(fetch(`http://127.0.0.1:${nowhere}/`)).rejects.toThrow('fetch failed')
    await forward.printed(/TUNNEL_REFUSED/, END_MS)
    forward.signal('SIGINT')
    expect(await forward.ended(END_MS)).toBe(130)
  })

  test('a key of another account gets nothing', async () => {
    const args = ['exec', workload, '--', 'true']
    const env = { ...environment(), SUAN_API_KEY: tokenOf('operator') }
    const refused = startProgram([process.execPath, main, ...args], { cwd: folder, env })
    expect(await refused.ended(END_MS)).not.toBe(0)
    expect(refused.output()).toMatch(/NOT_FOUND|SCOPE_MISSING/)
  })

  test('it ends when the daemon does, and with the workload, and says why', async () => {
    const daemonGone = suan('exec', '-n', workload, '--', 'sleep', '600')
    await sleep(1_500)
    server.signal('SIGINT')
    expect(await server.ended(END_MS)).toBe(0)
    expect(await daemonGone.ended(END_MS)).toBe(9)
    expect(daemonGone.output()).toMatch(/The tunnel ended|UNREACHABLE/)
    server = suan('server', '--sandbox')
    await server.printed(/Ctrl-C stops it/, READY_MS)
    const again = suan(
      'run',
      '--cpu',
      '1',
      '--memory',
      '256MiB',
      '--max-price',
      '1.00',
      '-y',
      '--detach',
      '--',
      'sleep',
      '600',
    )
    expect(await again.ended(READY_MS), again.output()).toBe(0)
    const next = /wkl_\w+/.exec(again.output())?.[0] ?? ''
    const waiting = async (): Promise<Running> => {
      for (;;) {
        const tried = suan('exec', '-n', next, '--', 'sh', '-c', 'echo in; sleep 600')
        const isIn = await tried.printed(/^in$/m, END_MS).catch(() => null)
        if (isIn !== null) return tried
        await sleep(500)
      }
    }
    const running = await waiting()
    const stop = suan('stop', next)
    expect(await stop.ended(END_MS)).toBe(0)
    expect(await running.ended(END_MS)).toBe(9)
    expect(running.output()).toMatch(/the workload has ended/)
  })
})
