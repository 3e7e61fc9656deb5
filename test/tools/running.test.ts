import { env } from 'node:process'
import { expect, test } from 'vitest'
import { startProgram } from './running.ts'

const shell = (script: string) =>
  startProgram(['sh', '-c', script], { cwd: '/', env: { PATH: env['PATH'] ?? '' } })

test('output is waited for, and a signal reaches the whole group', async () => {
  // The child says it: then it is there, and without a trap of its own.
  const program = shell('trap "exit 7" INT; sh -c "echo port 81; exec sleep 60"; :')
  const [, port] = await program.printed(/port (\d+)/, 10_000)
  expect(port).toBe('81')
  program.signal('SIGINT')
  expect(await program.ended(10_000)).toBe(7)
})

test('a program has ended even if a child of its own lives on with its output', async () => {
  const program = shell('sleep 60 & echo $!')
  const [pid] = await program.printed(/\d+/, 10_000)
  expect(await program.ended(10_000)).toBe(0)
  process.kill(Number(pid))
})

test('an early end is told at once, with what was printed', async () => {
  await expect(shell('echo no room >&2; exit 3').printed(/ready/, 10_000)).rejects.toThrow(
    /ended with 3 before \/ready\/; its output ends:\nno room/,
  )
})

test('a program that cannot be started, or says nothing, is no endless wait', async () => {
  const missing = startProgram(['/no/such/program'], { cwd: '/', env: {} })
  await expect(missing.printed(/x/, 10_000)).rejects.toThrow(/ENOENT/)
  const silent = shell('sleep 60')
  await expect(silent.printed(/x/, 50)).rejects.toThrow(/waited 0.05 s/)
  silent.signal('SIGKILL')
  expect(await silent.ended(10_000)).toBe('SIGKILL')
})
