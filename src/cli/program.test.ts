import { expect, test } from 'vitest'
import { program } from './program.ts'

test('the command is called suan', () => {
  expect(program().name()).toBe('suan')
})
