import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Chain, witnessCommand } from './witness.ts'

const SEED = 'ab'.repeat(32)
const next = (head: string) => createHash('sha256').update(head).digest('hex')
/** so many lines of the chain, from the one given */
function lines(count: number, from = SEED): string[] {
  const all: string[] = []
  for (let head = from; all.length < count;) all.push((head = next(head)))
  return all
}

test('the program prints the chain that is checked', () => {
  const [, , script = ''] = witnessCommand(SEED)
  const brief = script.replace('while :', 'for i in 1 2 3').replace('sleep 10', ':')
  const printed = execFileSync('sh', ['-c', brief], { encoding: 'utf8' })
  expect(printed.trim().split('\n')).toEqual(lines(3))
})

test('SLA-004 a minute with fewer than half of its lines is told once, when it is over', () => {
  const chain = new Chain(SEED, 0)
  const all = lines(9).map((line) => `${line}\n`)
  chain.take(all.slice(0, 6).join(''), 1)
  expect(chain.over(2)).toEqual([])
  chain.take(all.slice(6, 8).join(''), 2)
  expect(chain.over(3)).toEqual([2])
  expect(chain.over(5)).toEqual([3, 4])
  expect(chain.over(5)).toEqual([])
})

test('what is not of the chain does not count, and lines may come in pieces', () => {
  const chain = new Chain(SEED, 0)
  const [one = '', two = '', three = ''] = lines(3)
  chain.take(`noise\n${two}\n${one.slice(0, 9)}`, 1)
  chain.take(`${one.slice(9)}\n${one}\n${two}\n`, 1)
  chain.take(`${three}\n`, 1)
  expect(chain.over(2)).toEqual([])
})

test('a minute in which we could not hear is not the seller’s', () => {
  const chain = new Chain(SEED, 0)
  chain.deaf(1)
  expect(chain.over(3)).toEqual([2])
})
