// The frame of the benchmarks: what a line says, when it fails, and files that are written and played.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { playFile, writeFile } from './cxb1/commands.ts'
import { generate } from './cxb1/generate.ts'
import { matchingRounds } from './cxb1/rounds.ts'
import { orderFlow } from './order-flow.ts'
import { lookAround } from './quiet.ts'
import { failed, quantile, row } from './row.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a line', () => {
  test('says whether a figure reaches what it must, which may be high or low', () => {
    const high = [7.9, 8].map((figure) => row('g', 'w', figure, '1/s', null, { must: 8, aim: 10 }))
    const low = [2, 2.1].map((figure) =>
      row('g', 'w', figure, 'us', null, { must: 2, better: 'low' }),
    )
    expect(high.map((each) => each.ok)).toEqual([false, true])
    expect(low.map((each) => each.ok)).toEqual([true, false])
    expect(row('g', 'w', 1, '1/s').ok).toBeNull()
    expect(high[1]).toMatchObject({
      must: 8,
      aim: 10,
      better: 'high',
      command: 'npm run bench -- g',
    })
  })
  test('sets the figure beside its peer', () => {
    expect(row('g', 'w', 300, '1/s', ['p', 100])).toMatchObject({ peer_figure: 100, ratio: 3 })
  })
  test('fails on a quiet machine only', () => {
    const missed = [row('g', 'w', 1, '1/s', null, { must: 2 }), row('g', 'w', 1, '1/s')]
    expect([failed(missed, true), failed(missed, false), failed(missed.slice(1), true)]).toEqual([
      true,
      false,
      false,
    ])
  })
  test('quantiles are of sorted values, and leave what they were given as it was', () => {
    const values = Float64Array.from([5, 1, 4, 2, 3])
    expect([quantile(values, 0.5), quantile([30, 10, 20], 0.99)]).toEqual([3, 30])
    expect([...values]).toEqual([5, 1, 4, 2, 3])
  })
  test('a busy core is seen', async () => {
    const looking = lookAround(300)
    const until = performance.now() + 250
    while (performance.now() < until);
    const { busy_before, quiet } = await looking
    expect(busy_before).toBeGreaterThan(0)
    expect(quiet).toBe(busy_before <= 0.1)
  })
})

describe('matching', () => {
  const workload = { symbols: 2, prefill: 20, commands: 500, seed: 3, mix: 'move' } as const
  test('measures the book and the peer on the same commands, and throws where h differs', () => {
    const { words, result } = generate(workload)
    const reference = { name: 'm1', workload, result, sha256: '' } as const
    const { cpu, peerWall } = matchingRounds(reference, words, 'ids')
    expect([cpu > 0, peerWall > 0]).toEqual([true, true])
    const wrong = { ...reference, result: { ...result, h: result.h ^ 1 } }
    expect(() => matchingRounds(wrong, words, 'handles')).toThrow('not what it should be')
  })
  test('a file that is written plays to what its writer said', () => {
    const folder = mkdtempSync(join(tmpdir(), 'suan-bench-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const out = join(folder, 'flow.bin')
    const lines: unknown[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(JSON.parse(String(text)))
      return true
    })
    const typed = { symbols: '3', prefill: '10', commands: '2000', seed: '77', mix: 'std', out }
    expect([writeFile(typed), playFile(out)]).toEqual([0, 0])
    const { trades, volume, h, live, records } = lines[0] as Record<string, number>
    expect(lines[1]).toMatchObject({ file: out, records, trades, volume, h, live })
    expect((lines[1] as Record<string, number>)['commands_per_second']).toBeGreaterThan(0)
    expect(records).toBe(2_030)
    expect(() => writeFile({ ...typed, mix: 'mixed' })).toThrow('std or move')
    expect(() => writeFile({ ...typed, seed: 'x' })).toThrow('seed')
  })
})

test('the flow for whole engines is the same workload', () => {
  const flow = orderFlow(10, 200, 5)
  const { words, result } = generate({
    symbols: 1,
    prefill: 10,
    commands: 200,
    seed: 5,
    mix: 'std',
  })
  expect(flow).toMatchObject({ words, trades: result.trades, volume: result.volume })
  expect([flow.prefill.length, flow.actions.length]).toEqual([10, 200])
  const kinds = new Set(flow.actions.map((each) => (each.kind === 'enter' ? each.rests : 'cancel')))
  expect(kinds).toEqual(new Set([true, false, 'cancel']))
})
