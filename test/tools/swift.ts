/** A real S3-compatible server for tests: OpenStack Swift on one disk, with its s3api and slo. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeBucket, s3Settings, type S3Settings } from '../../src/objects/index.ts'
import { freePort } from './free-port.ts'

/** What must be on the path: Debian's packages swift-proxy, -account, -container and -object. */
export const SWIFT_PROGRAMS = [
  'swift-proxy-server',
  'swift-account-server',
  'swift-container-server',
  'swift-object-server',
  'swift-ring-builder',
] as const

const RINGS = ['account', 'container', 'object'] as const
const USER = { AWS_ACCESS_KEY_ID: 'suan:tester', AWS_SECRET_ACCESS_KEY: 'testing' }

export class Swift {
  readonly endpoint: string
  readonly version: string
  readonly #folder: string
  readonly #servers: readonly ChildProcess[]

  private constructor(parts: {
    endpoint: string
    version: string
    folder: string
    servers: readonly ChildProcess[]
  }) {
    this.endpoint = parts.endpoint
    this.version = parts.version
    this.#folder = parts.folder
    this.#servers = parts.servers
  }

  /** Starts an empty one. Throws, with what its servers said, when it does not answer in a minute. */
  static async start(): Promise<Swift> {
    const folder = mkdtempSync(join(tmpdir(), 'suan-swift-'))
    mkdirSync(join(folder, 'devices', 'd1'), { recursive: true })
    for (const ring of RINGS) await makeRing(folder, ring)
    const port = await freePort()
    writeFileSync(join(folder, 'proxy.conf'), proxyConf(folder, port))
    const servers = [...RINGS, 'proxy'].map((name) =>
      // In a group of its own: when it is told to end, a server of Swift ends its whole group.
      spawn(`swift-${name}-server`, [join(folder, `${name}.conf`)], {
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    )
    const endpoint = `http://127.0.0.1:${port}`
    try {
      return new Swift({
        endpoint,
        version: await untilAnswers(endpoint, servers),
        folder,
        servers,
      })
    } catch (error) {
      await end(servers, folder)
      throw error
    }
  }

  /** Settings of a bucket that is there. */
  async bucket(name: string, endpoint = this.endpoint): Promise<S3Settings> {
    await makeBucket(s3Settings(this.address(name), USER))
    return s3Settings(this.address(name, endpoint), USER)
  }

  /** As `--objects` takes it; its key is in `environment`. */
  address(bucket: string, endpoint = this.endpoint): string {
    return `s3://${bucket}/objects?endpoint=${endpoint}&region=us-east-1`
  }

  readonly environment: Readonly<Record<string, string>> = USER

  stop(): Promise<void> {
    return end(this.#servers, this.#folder)
  }
}

async function makeRing(folder: string, ring: (typeof RINGS)[number]): Promise<void> {
  const port = await freePort()
  const builder = join(folder, `${ring}.builder`)
  const device = `r1z1-127.0.0.1:${port}/d1`
  for (const args of [['create', '4', '1', '1'], ['add', device, '1'], ['rebalance']]) {
    execFileSync('swift-ring-builder', [builder, ...args], { stdio: 'pipe' })
  }
  const lines = [
    ...common(folder, port),
    `devices = ${join(folder, 'devices')}`,
    'mount_check = false',
    'disable_fallocate = true',
    '[pipeline:main]',
    `pipeline = ${ring}-server`,
    `[app:${ring}-server]`,
    `use = egg:swift#${ring}`,
  ]
  writeFileSync(join(folder, `${ring}.conf`), `${lines.join('\n')}\n`)
}

/** No memcached: S3 requests are signed one by one and need no tokens. */
function proxyConf(folder: string, port: number): string {
  const lines = [
    ...common(folder, port),
    '[pipeline:main]',
    'pipeline = catch_errors cache listing_formats s3api tempauth slo proxy-server',
    ...['catch_errors', 'listing_formats'].flatMap(plain),
    '[filter:cache]',
    'use = egg:swift#memcache',
    '[filter:s3api]',
    'use = egg:swift#s3api',
    'location = us-east-1',
    '[filter:tempauth]',
    'use = egg:swift#tempauth',
    'user_suan_tester = testing .admin',
    '[filter:slo]',
    'use = egg:swift#slo',
    '[app:proxy-server]',
    'use = egg:swift#proxy',
    'account_autocreate = true',
  ]
  return `${lines.join('\n')}\n`
}

const plain = (name: string): string[] => [`[filter:${name}]`, `use = egg:swift#${name}`]

function common(folder: string, port: number): string[] {
  return [
    '[DEFAULT]',
    'bind_ip = 127.0.0.1',
    `bind_port = ${port}`,
    'workers = 0',
    `user = ${userInfo().username}`,
    `swift_dir = ${folder}`,
    'log_level = WARNING',
  ]
}

async function untilAnswers(endpoint: string, servers: readonly ChildProcess[]): Promise<string> {
  let said = ''
  for (const { stderr } of servers) stderr?.on('data', (bytes: Buffer) => (said += String(bytes)))
  for (let tries = 0; tries < 600; tries++) {
    if (servers.some(({ exitCode }) => exitCode !== null)) break
    const answer = await fetch(`${endpoint}/info`).catch(() => null)
    if (answer?.ok === true) {
      const { swift } = (await answer.json()) as { swift: { version: string } }
      return swift.version
    }
    await sleep(100)
  }
  throw new Error(`Swift did not answer: ${said.slice(-2_000)}`)
}

async function end(servers: readonly ChildProcess[], folder: string): Promise<void> {
  const running = servers.filter(
    ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
  )
  const ended = running.map((server) => once(server, 'exit'))
  for (const server of running) server.kill('SIGKILL')
  await Promise.all(ended)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
