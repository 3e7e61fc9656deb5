import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeExchange, runCli, type FakeExchange } from '../../../test/tools/cli-host.ts'
import { keysOf } from '../input/keys.ts'

const none = { cores: 0, memory_mib: 0, disk_mib: 0, cards: 0 }
const nodeOf = (name: string, utilisation: number | null, more: object = {}) => ({
  kind: 'node',
  id: `node_${name}`,
  name: { en: name, zh: name },
  site_id: 'site_1',
  hub_id: 'hub_1',
  status: 'online',
  connected: true,
  reporting: utilisation !== null,
  sampled_at: null,
  nodes: 1,
  nodes_reporting: 1,
  leases: 2,
  sellable: none,
  allocated: none,
  allocation_rate: 0.5,
  utilisation,
  values: { mem_used: 0.25, disk_read_bps: 1_500_000, net_rx_bps: 0, rtt_us: 420, temp_c: 61 },
  ...more,
})
const at = '2026-01-01T00:00:00.000000Z'
const nodes = {
  at,
  since: at,
  total: 3,
  data: [
    nodeOf('alpha', 0.9),
    nodeOf('beta', 0.1, { allocation_rate: 1 }),
    nodeOf('gamma', null, { connected: false, allocation_rate: null, values: {} }),
  ],
}
const net = {
  at,
  since: at,
  subject: nodeOf('net', 0.5, { nodes: 3 }),
  above: [],
  parts: [],
  parts_total: 0,
  series: null,
}

let exchange: FakeExchange
beforeAll(async () => {
  exchange = await fakeExchange({
    'GET /v1/monitor/nodes': () => nodes,
    'GET /v1/monitor/national': () => net,
    'GET /v1/hubs': () => ({ data: [{ id: 'hub_1', code: 'GZ', name: { en: 'G', zh: '贵' } }] }),
  })
})
afterAll(() => exchange.close())

const top = (...words: string[]): string[] => ['--url', exchange.url, 'top', ...words]

test('piped, it is one table', async () => {
  const { code, stdout } = await runCli(top())
  expect(code).toBe(0)
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    'NODE   STATUS   ALLOC   BUSY    MEM  READ/s  WRITE/s  IN/s  OUT/s      RTT   TEMP  LEASES',
    'alpha  online   50.0%  90.0%  25.0%  1.5 MB        -   0 B      -  0.42 ms  61 °C       2',
    'beta   online  100.0%  10.0%  25.0%  1.5 MB        -   0 B      -  0.42 ms  61 °C       2',
    'gamma  away         -      -      -       -        -     -      -        -      -       2',
  ])
  const { stdout: json } = await runCli(top('--json', '--hub', 'GZ', '--site', 'site_1'))
  expect(JSON.parse(json)).toEqual(nodes)
  expect(exchange.received.at(-1)?.path).toBe('/v1/monitor/nodes?hub_id=hub_1&site_id=site_1')
  expect((await runCli(top('--hub', 'XX'))).code).toBe(2)
})

test('on a terminal the mark moves, nodes are sorted, one is opened, and q leaves', async () => {
  const keys = ['\u001b[B', 's', '\r', '\u001b[D', 'q']
  const { code, stdout } = await runCli(top(), { answer: true, keys })
  expect(code).toBe(0)
  const screens = stdout.split('\u001b[H').map((text) => text.replaceAll('\u001b[K', ''))
  expect(screens[0]).toBe('\u001b[?1049h\u001b[?25l')
  expect(screens[1]).toContain('> beta')
  expect(screens[1]).toContain('s sort: BUSY')
  // Sorted by allocation rate the marked node is the first.
  expect(screens[2]).toMatch(/> beta[^]*alpha[^]*gamma[^]*s sort: ALLOC/)
  expect(screens[3]).toMatch(/NODE +beta[^]*JITTER +-/)
  expect(screens[4]).toContain('> beta')
  expect(stdout.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
  const chinese = await runCli(top('--lang', 'zh'), { answer: true, keys: ['\u0003'] })
  expect(chinese.code).toBe(130)
})

test('keys of a terminal, also when several come at once', () => {
  expect(keysOf('q')).toEqual(['q'])
  expect(keysOf('\u001b[A\u001b[5~j')).toEqual(['\u001b[A', '\u001b[5~', 'j'])
  expect(keysOf('\u001b')).toEqual(['\u001b'])
})
