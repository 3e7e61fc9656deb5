import { describe, expect, test } from 'vitest'
import { base64urlEncode } from '../../kernel/index.ts'
import { fc, test as property } from '@fast-check/vitest'
import type { Allocation, Workload } from '../../wire/index.ts'
import { exitCodeOfRun } from './end.ts'
import { LogWriter } from './log-writer.ts'

describe('log', () => {
  const text = 'the whole of what the program wrote'
  property.prop([fc.array(fc.tuple(fc.nat({ max: 34 }), fc.nat({ max: 35 })), { maxLength: 20 })])(
    'comes out once and in order, whatever is sent again',
    (repeats) => {
      let out = ''
      const writer = new LogWriter((_stream, bytes) => {
        out += Buffer.from(bytes).toString()
      })
      let end = 0
      for (const [back, length] of [...repeats, [0, 35] as const]) {
        const offset = Math.max(0, end - back)
        const data = base64urlEncode(Buffer.from(text.slice(offset, offset + length)))
        writer.write({ stream: 'stdout', offset, data })
        end = Math.max(end, Math.min(text.length, offset + length))
      }
      expect(out).toBe(text)
    },
  )

  test('the two streams are counted apart', () => {
    const out: string[] = []
    const writer = new LogWriter((stream, bytes) =>
      out.push(`${stream}:${Buffer.from(bytes).toString()}`),
    )
    const data = base64urlEncode(Buffer.from('ab'))
    writer.write({ stream: 'stdout', offset: 0, data })
    writer.write({ stream: 'stderr', offset: 0, data })
    writer.write({ stream: 'stdout', offset: 1, data })
    expect(out).toEqual(['stdout:ab', 'stderr:ab', 'stdout:b'])
  })
})

describe('exit code of a run', () => {
  const ended = (end: Workload['end'], exitCode: number | null): Workload =>
    ({ end, exit_code: exitCode }) as Workload
  const closed = (end: string): Allocation => ({ leases: [{ end }] }) as unknown as Allocation

  test.each([
    ['EXITED', 0, 'WORKLOAD_DONE', 0],
    ['EXITED', 42, 'WORKLOAD_DONE', 42],
    ['OUT_OF_MEMORY', 137, 'WORKLOAD_DONE', 137],
    ['STOPPED_BY_BUYER', 143, 'BUYER_CLOSED', 130],
    ['LEASE_CLOSED', null, 'FUNDS_EXHAUSTED', 5],
    ['LEASE_CLOSED', null, 'NODE_LOST', 9],
    ['IMAGE_NOT_FOUND', null, 'BUYER_IMAGE', 4],
    ['START_FAILED', null, 'START_FAILED', 1],
  ] as const)('%s with %s, lease %s: %s', (end, code, lease, expected) => {
    expect(exitCodeOfRun(ended(end, code), closed(lease))).toBe(expected)
  })
})
