import { expect, test } from 'vitest'
import { programUrl } from './program-url.ts'

test.each([
  ['file:///a/src/b/dist/chunks/x-1.js', 'file:///a/src/b/dist/agent/supervisor.js'],
  ['file:///a/dist/cli/main.js', 'file:///a/dist/agent/supervisor.js'],
  ['file:///src/a/src/agent/drivers/process.ts', 'file:///src/a/dist/agent/supervisor.js'],
])('a program is found from %s', (from, found) => {
  expect(programUrl('agent/supervisor', from).href).toBe(found)
})
