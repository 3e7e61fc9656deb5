import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeExchange, runCli, type FakeExchange } from '../../../test/tools/cli-host.ts'

const bundle = { cores: 2, memory_mib: 24_105, disk_mib: 0, cards: 0 }
const node = {
  id: 'node_1',
  handle: 'vm',
  status: 'online',
  connected: true,
  isolation: 'container',
  attested: bundle,
  leased: { ...bundle, cores: 0, memory_mib: 0 },
  free: { ...bundle, cores: 1, memory_mib: 512 },
  grades: [{ product_id: 'sku_2', grade: 'C' }],
}

let exchange: FakeExchange
beforeAll(async () => {
  exchange = await fakeExchange({
    'GET /v1/products': () => ({ data: [{ id: 'sku_2', code: 'CPU-M' }] }),
    'GET /v1/offers': () => ({ data: [] }),
    'GET /v1/nodes': () => ({ data: [node] }),
    'DELETE /v1/nodes/node_1/offers/sku_2': () => ({ seq: 1, command_id: 'c', at: '' }),
  })
})
afterAll(() => exchange.close())

const at = (...words: string[]): string[] => ['--url', exchange.url, '--key', 'k', ...words]

test('a standing offer is withdrawn by the code or the id of its product', async () => {
  for (const product of ['cpu-m', 'sku_2']) {
    const { code, stdout } = await runCli(at('provider', 'offer', 'rm', 'node_1', product))
    expect(code).toBe(0)
    expect(stdout).toContain(`Node node_1 no longer offers ${product}.`)
    expect(exchange.received.at(-1)?.method).toBe('DELETE')
  }
  const { code, stderr } = await runCli(at('provider', 'offer', 'rm', 'node_1', 'GPU'))
  expect(code).toBe(2)
  expect(stderr).toContain('there are: CPU-M')
})

test('no standing offers: what a seller does next', async () => {
  const { code, stdout, stderr } = await runCli(at('provider', 'offer', 'ls'))
  expect([code, stdout]).toEqual([0, ''])
  expect(stderr).toContain('suan provider offer set')
})

test('machines are told in words, sizes that one can read and product codes', async () => {
  const english = (await runCli(at('provider', 'nodes'))).stdout
  expect(english).toContain('online')
  expect(english).toContain('2 cores, 23.5 GiB')
  expect(english).toContain('1 core, 512 MiB')
  expect(english).toContain('CPU-M:C')
  const chinese = (await runCli(at('provider', 'nodes', '--lang', 'zh'))).stdout
  expect(chinese).toContain('在线')
  expect(chinese).toContain('容器')
  expect(chinese).toContain('2 核, 23.5 GiB')
})
