// scripts/prepare.mjs in a project in small: one local package, and a build that counts its runs.
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Running, startProgram } from './running.ts'

const script = fileURLToPath(new URL('../../scripts/prepare.mjs', import.meta.url))
const waitMs = 50_000
let folder: string
const at = (path: string): string => join(folder, path)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-prepare-'))
  mkdirSync(at('scripts'))
  mkdirSync(at('src'))
  copyFileSync(script, at('scripts/prepare.mjs'))
  // One dependency that needs no network: a folder of the project itself.
  const named = { name: 'small', version: '1.0.0', dependencies: { part: 'file:part' } }
  const part = { name: 'part', version: '1.0.0' }
  const link = { resolved: 'part', link: true }
  const packages = { '': named, part, 'node_modules/part': link }
  mkdirSync(at('part'))
  writeFileSync(at('part/package.json'), JSON.stringify(part))
  writeFileSync(at('package.json'), JSON.stringify(named))
  writeFileSync(at('package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }))
  writeFileSync(at('src/a.ts'), 'one')
  writeFileSync(
    at('scripts/build.mjs'),
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
     appendFileSync('builds', 'x')
     await new Promise((done) => setTimeout(done, 300))
     mkdirSync('dist', { recursive: true })
     writeFileSync('dist/.stamp', process.argv[2])`,
  )
})

afterEach(() => rmSync(folder, { recursive: true }))

function prepare(): Running {
  const { PATH = '', HOME = '' } = env
  return startProgram([process.execPath, 'scripts/prepare.mjs', 'deps', 'build'], {
    cwd: folder,
    env: { PATH, HOME },
  })
}

/** How many runs of the build there were after one more `prepare` that must succeed. */
async function buildsAfterOneMore(): Promise<number> {
  const run = prepare()
  expect(await run.ended(waitMs), run.output()).toBe(0)
  return readFileSync(at('builds'), 'utf8').length
}

test('of several at once, one installs and builds and the others wait', async () => {
  const runs = [prepare(), prepare(), prepare()]
  for (const run of runs) expect(await run.ended(waitMs), run.output()).toBe(0)
  const said = runs.map((run) => run.output()).join('')
  expect(said.match(/suan: installed in/g)).toHaveLength(1)
  expect(said.match(/suan: built in/g)).toHaveLength(1)
  expect(said).toContain('suan: waiting for process')
  expect(existsSync(at('.suan-lock'))).toBe(false)
})

test('it builds again when the source has changed, and only then', async () => {
  expect(await buildsAfterOneMore()).toBe(1)
  expect(await buildsAfterOneMore()).toBe(1)
  writeFileSync(at('src/a.ts'), 'two')
  expect(await buildsAfterOneMore()).toBe(2)
  writeFileSync(at('src/a.test.ts'), 'a test is no part of the build')
  expect(await buildsAfterOneMore()).toBe(2)
})

test('the lock of a process that is gone does not hold up anyone', async () => {
  const gone = startProgram(['true'], { cwd: folder, env: { PATH: env['PATH'] ?? '' } })
  await gone.ended(waitMs)
  mkdirSync(at('.suan-lock'))
  writeFileSync(at(`.suan-lock/${gone.pid}`), '')
  expect(await buildsAfterOneMore()).toBe(1)
})

test('a failed build is told, is not taken for done, and leaves no lock', async () => {
  const good = readFileSync(at('scripts/build.mjs'), 'utf8')
  appendFileSync(at('scripts/build.mjs'), '\nno program')
  const run = prepare()
  expect(await run.ended(waitMs)).toBe(1)
  expect(run.output()).toContain('suan: the build failed')
  expect(existsSync(at('.suan-lock'))).toBe(false)
  writeFileSync(at('scripts/build.mjs'), good)
  expect(await buildsAfterOneMore()).toBe(1)
})

test('packages that someone else installs are left alone', async () => {
  mkdirSync(at('elsewhere'))
  symlinkSync(at('elsewhere'), at('node_modules'))
  const run = prepare()
  expect(await run.ended(waitMs), run.output()).toBe(0)
  expect(run.output()).toContain('nothing installed here')
})
