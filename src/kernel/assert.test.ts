import { expect, test } from 'vitest'
import { assert, AssertionFailure, unreachable } from './index.ts'

test('assert throws only when the condition fails', () => {
  expect(() => assert(true, 'fine')).not.toThrow()
  expect(() => assert(false, 'wrong')).toThrow(new AssertionFailure('wrong'))
  expect(() => unreachable('odd' as never)).toThrow('unreachable value: odd')
})
