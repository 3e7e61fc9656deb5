import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Text of every file of the project, by path from the root with forward slashes. */
export type Files = ReadonlyMap<string, string>

const root = fileURLToPath(new URL('../..', import.meta.url))

const binary = /\.(png|jpg|jpeg|gif|ico|webp|woff2?|gz|zip|tar|wasm|bin|pdf)$/

/** Reads every file that is tracked, or new and not ignored; binary files are left out. */
export function readRepository(): Files {
  const list = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  const paths = list.split('\0').filter((path) => path !== '' && !binary.test(path))
  return new Map(
    paths
      .filter((path) => existsSync(join(root, path)))
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

/** Is this a file of tests, or support for tests? */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('test/')
}

/** Is this program text in TypeScript or JavaScript? */
export function isCode(path: string): boolean {
  return /\.(ts|tsx|mjs|js)$/.test(path)
}
