import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Chain, witnessCommand } from './witness-chain.ts'

const SEED = 'ab'.repeat(32)
const next = (head: string, uptime: number) =>
  createHash('sha256').update(`${head} ${uptime}`).digest('hex')

/** Lines of the chain at these seconds of the machine's clock. */
function lines(...uptimes: number[]): string[] {
  let head = SEED
  return uptimes.map((uptime) => `${(head = next(head, uptime))} ${uptime}\n`)
}
const every10 = (count: number) => lines(...Array.from({ length: count }, (_, n) => 500 + n * 10))
const at = (clockSeconds: number) => ({ minute: Math.floor(clockSeconds / 60), clockSeconds })

test('the program prints the chain that is checked', () => {
  const [, , script = ''] = witnessCommand(SEED)
  const brief = script.replace('while :', 'for i in 1 2 3').replace('sleep 10', ':')
  const printed = execFileSync('sh', ['-c', brief], { encoding: 'utf8' })
  const uptimes = printed
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]))
  expect(uptimes).toHaveLength(3)
  expect(printed).toBe(lines(...uptimes).join(''))
})

describe('minutes', () => {
  test('SLA-004 a minute with fewer than half of its lines is told once, when it is over', () => {
    const chain = new Chain(SEED, 0)
    const all = every10(9)
    chain.take(all.slice(0, 6).join(''), at(70))
    expect(chain.over(2)).toEqual([])
    chain.take(all.slice(6, 8).join(''), at(130))
    expect(chain.over(3)).toEqual([2])
    expect(chain.over(5)).toEqual([3, 4])
    expect(chain.over(5)).toEqual([])
  })

  test('what is not of the chain does not count, and lines may come in pieces', () => {
    const chain = new Chain(SEED, 0)
    const [one = '', two = '', three = ''] = every10(3)
    chain.take(`noise\n${two}${one.slice(0, 9)}`, at(70))
    chain.take(`${one.slice(9)}${one}${two}`, at(70))
    chain.take(three, at(70))
    expect(chain.over(2)).toEqual([])
    expect(chain.kept).toBe(one + two + three)
  })

  test('a minute in which we could not hear is not the seller’s', () => {
    const chain = new Chain(SEED, 0)
    chain.deaf(1)
    expect(chain.over(3)).toEqual([2])
  })
})

describe('DSP-001 seconds', () => {
  test('all before the first line, what the lines prove, and a beat and a half after the last', () => {
    const chain = new Chain(SEED, 0)
    expect(chain.counted(4)).toBe(null)
    const [one = '', two = '', three = ''] = every10(3)
    chain.take(one, at(4))
    expect(chain.counted(9)).toBe(9)
    chain.take(two, at(14))
    chain.take(three, at(24))
    expect(chain.counted(24)).toBe(24)
    expect(chain.counted(36)).toBe(36)
    expect(chain.counted(60)).toBe(39)
  })

  test('lines that come late prove as much as those that come in time', () => {
    const chain = new Chain(SEED, 0)
    const all = every10(31)
    chain.take(all[0]!, at(0))
    expect(chain.counted(300)).toBe(15)
    chain.take(all.slice(1).join(''), at(301))
    expect(chain.counted(301)).toBe(300)
  })

  test('a machine that stood still between two lines gave one beat', () => {
    const chain = new Chain(SEED, 0)
    const [one = '', two = '', three = ''] = lines(500, 510, 610)
    chain.take(one + two, at(10))
    chain.take(three, at(110))
    expect(chain.counted(110)).toBe(20 + 10)
  })

  test('the count never falls and is never ahead of the lease', () => {
    const chain = new Chain(SEED, 0)
    const [one = '', two = ''] = lines(500, 510)
    chain.take(one, at(5))
    expect(chain.counted(20)).toBe(20)
    // The line was under way for five seconds.
    chain.take(two, at(20))
    expect(chain.counted(20)).toBe(20)
  })

  test('another run goes on where one left', () => {
    const again = new Chain(SEED, 3, { baseSeconds: 4, missingSeconds: 0 })
    again.take(every10(25).join(''), at(250))
    expect(again.counted(250)).toBe(244)
    const other = new Chain(SEED, 3, { baseSeconds: null, missingSeconds: 30 })
    other.take(every10(1).join(''), at(250))
    expect(other.counted(255)).toBe(225)
  })
})
