import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lacks } from '../../../test/tools/needs.ts'
import { testFolder } from '../../../test/support/test-folder.ts'
import { programScript, quote, submittedScript, type Program } from './script.ts'

const noShell = lacks('sh')
const PATH = '/usr/local/bin:/usr/bin:/bin'

/** The script of a program in a folder of its own, and the one that Slurm would keep. */
function placed(program: Partial<Program>): { folder: string; submitted: string } {
  const folder = testFolder("suan script's $HOME ")
  const whole = { command: ['true'], environment: { PATH }, directory: folder, processes: 4_096 }
  writeFileSync(join(folder, 'script'), programScript({ ...whole, ...program }, folder))
  return { folder, submitted: submittedScript(join(folder, 'script')) }
}

function run(program: Partial<Program>): { status: number | null; stdout: string; folder: string } {
  const { folder, submitted } = placed(program)
  const { status, stdout } = spawnSync('sh', ['-c', submitted], { encoding: 'utf8' })
  return { status, stdout, folder }
}

test.skipIf(noShell)('a quoted word is read back by a shell, whatever is in it', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 }).map((each) => each.replaceAll('\0', ''))
  const words = fc.array(text, { minLength: 50, maxLength: 50 })
  fc.assert(
    fc.property(words, (given) => {
      const clean = given.map((each) => Buffer.from(each).toString())
      const script = `printf '%s\\0' ${clean.map(quote).join(' ')}`
      const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
      expect(stdout).toBe(clean.map((each) => `${each}\0`).join(''))
    }),
    { numRuns: 5 },
  )
})

test.skipIf(noShell)('no word of a command or its environment is ever run', () => {
  const words = ['$(touch owned)', '`touch owned`', "'; touch owned; '", '-n', '*', 'a\nb', '']
  const { stdout, folder } = run({
    command: ['sh', '-c', 'printf "%s|" "$@"; printf "%s" "$WORD"', 'sh', ...words],
    environment: { PATH, WORD: "'; touch owned; $(touch owned)\n" },
  })
  expect(stdout).toBe(`${words.join('|')}|'; touch owned; $(touch owned)\n`)
  expect(existsSync(join(folder, 'owned'))).toBe(false)
})

test.skipIf(noShell)('the exit code is the program’s, and it is written down with the peak', () => {
  const { status, folder } = run({ command: ['sh', '-c', 'exit 7'] })
  expect(status).toBe(7)
  expect(readFileSync(join(folder, 'ended'), 'utf8')).toMatch(/^7 \d+\n$/)
  expect(run({ command: ['no-such-program'] }).status).toBe(127)
  expect(run({ command: ['sh', '-c', 'kill -9 $$'] }).status).toBe(137)
})

test.skipIf(noShell)('a command with an equals sign in its name is a command', () => {
  expect(run({ command: ['a=b', 'c'] }).status).toBe(127)
})

test.skipIf(noShell)('a program sees its own environment and no other', () => {
  const { stdout } = run({ command: ['env'], environment: { PATH, 'not.a.name': 'x' } })
  expect(stdout.trim().split('\n').sort()).toEqual([`PATH=${PATH}`, 'not.a.name=x'])
})

test.skipIf(noShell)('a second run does nothing, whoever asked for it', () => {
  const { folder, submitted } = placed({ command: ['sh', '-c', 'echo ran >> runs'] })
  const codes = [0, 1].map(() => spawnSync('sh', ['-c', submitted]).status)
  expect(codes).toEqual([0, 125])
  expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('ran\n')
})

test.skipIf(noShell)(
  'a program that is asked to end with its script has the last word',
  async () => {
    const { folder, submitted } = placed({
      command: ['sh', '-c', 'trap "exit 3" TERM; echo > up; while :; do sleep 0.05; done'],
    })
    // As Slurm does it: the signal goes to all processes.
    const child = spawn('sh', ['-c', submitted], { detached: true, stdio: 'ignore' })
    const code = new Promise((resolve) => child.once('exit', resolve))
    while (!existsSync(join(folder, 'up'))) await sleep(10)
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    expect(await code).toBe(3)
  },
)
