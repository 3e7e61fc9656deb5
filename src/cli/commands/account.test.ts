import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeExchange, runCli, type FakeExchange } from '../../../test/tools/cli-host.ts'
import { readContexts, writeContext } from '../context.ts'
import { testFolder } from '../../../test/support/test-folder.ts'

const key = {
  id: 'key_9',
  label: 'suan login',
  expires_at: null,
  scopes: ['read', 'keys'],
  revoked: false,
}
const whoami = {
  account: { id: 'acct_2', handle: 'buyer' },
  member: { id: 'mem_2', handle: 'buyer', roles: ['buyer'] },
  key,
  scopes: ['read', 'keys'],
  sandbox: true,
  csrf_token: null,
}

let exchange: FakeExchange
beforeAll(async () => {
  exchange = await fakeExchange({
    'POST /v1/sessions': () => [
      200,
      { whoami, expires_at: '', seq: 1 },
      { 'set-cookie': 'suan_session=suan_test_session; HttpOnly; Path=/' },
    ],
    'DELETE /v1/sessions': () => ({ seq: 3 }),
    'POST /v1/keys': () => ({ seq: 2, key, token: 'suan_test_new' }),
    'GET /v1/whoami': () => whoami,
    'PUT /v1/budgets': () => ({ seq: 4 }),
    'GET /v1/orders/ordr_1': () => ({ id: 'ordr_1', placed_at: null, allocation_ids: [] }),
    'GET /v1/instruments': () => ({ data: [{ symbol: 'CPU-A' }, { symbol: 'GPU-A' }] }),
  })
})
afterAll(() => exchange.close())
const folder = (): string => testFolder('suan-account-')

describe('login', () => {
  test('a link becomes a key of its own, kept in the user’s file; the session ends', async () => {
    const cwd = folder()
    const link = `${exchange.url}/sign-in#suan_link_abc,suan_link_def`
    const { code, stdout } = await runCli(['login', link], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('Signed in')
    const file = join(cwd, '.config/suan/config.toml')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readContexts(file)).toEqual({
      current: 'sandbox',
      contexts: { sandbox: { url: exchange.url, key: 'suan_test_new', account: 'acct_2' } },
    })
    const [session, made, ended] = exchange.received
    expect(session?.body).toEqual({ link_token: 'suan_link_abc' })
    expect(made?.headers['authorization']).toBe('Bearer suan_test_session')
    expect(ended?.method).toBe('DELETE')
    expect((await runCli(['whoami', '-o', 'name'], { cwd })).stdout).toBe('acct_2\n')
  })

  test('a password is asked for on a terminal and read from stdin elsewhere', async () => {
    const words = ['login', '--url', exchange.url, '--handle', 'buyer', '--name', 'mine']
    const typed = await runCli(words, { answer: true, secret: 'correct horse' })
    expect(typed.code).toBe(0)
    const piped = await runCli(words, { stdin: 'correct horse\n' })
    expect(piped.code).toBe(0)
    const bodies = exchange.received.filter(
      (one) => one.path === '/v1/sessions' && one.method === 'POST',
    )
    const password = { handle: 'buyer', password: 'correct horse' }
    expect(bodies.slice(-2).map((one) => one.body)).toEqual([password, password])
    expect((await runCli(words, { answer: true })).code).toBe(10)
    expect((await runCli(['login'])).code).toBe(2)
    expect((await runCli(['login', 'nothing'])).code).toBe(2)
  })
})

describe('contexts', () => {
  test('what lies nearer is stronger, and use holds for what is typed here', async () => {
    const cwd = folder()
    const near = join(cwd, '.suan/context.toml')
    writeContext(near, 'sandbox', { url: exchange.url, key: 'suan_test_near', account: null })
    const added = ['context', 'add', 'prod', '--url', 'https://x.test/', '--key', '-', '--use']
    expect((await runCli(added, { cwd, stdin: 'suan_live_1234567890\n' })).code).toBe(0)
    const shown = await runCli(['context', 'show', '-o', 'json'], { cwd })
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'sandbox', key: 'suan_test_…near' })
    expect((await runCli(['contexts', 'use', 'prod'], { cwd })).code).toBe(0)
    const now = JSON.parse((await runCli(['context', 'show', '-o', 'json'], { cwd })).stdout)
    expect(now).toMatchObject({ name: 'prod', url: 'https://x.test' })
    expect(readFileSync(near, 'utf8')).toContain('current = "prod"')
    const list = await runCli(['context', 'ls', '-o', 'name'], { cwd })
    expect(list.stdout).toBe('sandbox\nprod\n')
    expect((await runCli(['context', 'use', 'none'], { cwd })).code).toBe(2)
  })

  test('flags and variables go before files, and a key is not sent elsewhere', async () => {
    const cwd = folder()
    const file = join(cwd, '.suan/context.toml')
    writeContext(file, 'sandbox', { url: 'http://127.0.0.1:1', key: 'suan_test_k', account: null })
    const elsewhere = await runCli(['context', 'show', '-o', 'json'], {
      cwd,
      env: { SUAN_URL: exchange.url },
    })
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({ url: exchange.url, key: null })
    const env = { SUAN_URL: exchange.url, SUAN_API_KEY: 'suan_test_env' }
    await runCli(['whoami', '--key', 'suan_test_flag'], { cwd, env })
    expect(exchange.received.at(-1)?.headers['authorization']).toBe('Bearer suan_test_flag')
  })
})

describe('the rest', () => {
  const at = (...words: string[]) => ['--url', exchange.url, '--key', 'suan_test_k', ...words]

  test('the token of a new key is all of stdout', async () => {
    const { stdout, stderr } = await runCli(at('key', 'create', '--scope', 'read,keys'))
    expect(stdout).toBe('suan_test_new\n')
    expect(stderr).toContain('shown once')
    expect((await runCli(at('key', 'create', '--scope', 'read,all'))).code).toBe(2)
  })

  test('a budget without a subject is on the own account', async () => {
    expect((await runCli(at('budget', 'set', '--limit', '¥5'))).code).toBe(0)
    const body = { scope: 'account', subject_id: 'acct_2', period: 'total', limit: '5.00' }
    expect(exchange.received.at(-1)?.body).toEqual(body)
  })

  test('get opens an id by its prefix', async () => {
    const { stdout } = await runCli(at('get', 'ordr_1', '-o', 'name'))
    expect(stdout).toBe('ordr_1\n')
    expect((await runCli(at('get', 'wdr_1'))).code).toBe(2)
    expect((await runCli(at('get', 'inst_9'))).code).toBe(4)
  })

  test.each([
    [['prov'], 'provider'],
    [['order', 'cancel-al'], 'cancel-all'],
    [['run', '--max-c'], '--max-cost'],
    [['-o', 'jsonl'], 'jsonl'],
    [['market', 'book', 'G'], 'GPU-A'],
    [['order', 'place', 'b'], 'buy'],
    [['search', '--symbol', 'C'], 'CPU-A'],
  ])('completion of %j', async (words, expected) => {
    const { code, stdout } = await runCli(at('__complete', '--', ...words))
    expect([code, stdout]).toEqual([0, `${expected}\n`])
  })

  test.each(['bash', 'zsh', 'fish'])('a completion script for %s', async (shell) => {
    expect((await runCli(['completion', shell])).stdout).toContain('suan __complete --')
    expect((await runCli(['completion', 'csh'])).code).toBe(2)
  })

  test('doctor ends with the code of the first fault', async () => {
    const { code, stdout } = await runCli(['doctor', '--url', 'http://127.0.0.1:1', '-o', 'json'])
    expect(code).toBe(9)
    const checks = JSON.parse(stdout).data as { ok: boolean; detail: string }[]
    expect(checks).toHaveLength(2)
    expect(checks.filter((one) => one.ok)).toHaveLength(1)
  })

  test('the text for programs names every command with its options, once, in both languages', async () => {
    const { code, stdout } = await runCli(['agent', 'context'])
    expect(code).toBe(0)
    expect(stdout.match(/^suan wallet transfer /gm)).toHaveLength(1)
    expect(stdout).toMatch(/^suan order place \[options\] <side> <symbol>: place an order$/m)
    expect(stdout).toMatch(/^  -p, --max-price <price>: /m)
    expect(stdout).toContain('5 funds or limits')
    expect(stdout).not.toMatch(/__complete|undefined|^suan provider offer [^lrs]/m)
    const chinese = (await runCli(['agent', 'context', '--lang', 'zh'])).stdout
    expect(chinese.match(/^suan /gm)).toHaveLength(stdout.match(/^suan /gm)?.length ?? 0)
    expect(chinese).toMatch(/^suan search .*查找/m)
  })

  test('every command has help in both languages', async () => {
    for (const lang of ['en', 'zh']) {
      const { code, stdout } = await runCli(['--help', '--lang', lang])
      expect(code).toBe(0)
      expect(stdout).toContain(lang === 'zh' ? '用法：' : 'Usage:')
      expect(stdout).not.toContain('undefined')
    }
  })
})
