import { isCode, type Files } from './repository.ts'

const maxLines = 400

/** The file that names every package lies outside the rules for words written by people. */
const lockfile = 'package-lock.json'

// Each pattern is written so that it does not match its own source.
const bannedInCode: readonly (readonly [string, RegExp])[] = [
  [
    'a test that is skipped or alone',
    /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\b/,
  ],
  ['a silenced type error', /@ts-(?:ignore|nocheck|expect-error)/],
  ['a silenced lint rule', /(?:oxlint|eslint)-disable/],
  ['a cast to a type that checks nothing', /\bas any[)\];,.}]/],
]

const bannedAnywhere: readonly (readonly [string, RegExp])[] = [
  ['work left for later', /\b(?:TO[D]O|FIX[M]E|XX[X])\b/],
  [
    'a path of one machine',
    /(?:^|[\s'"`(=:])(?:\/wor[k]\/(?:main|wt|notes|shared)|\/roo[t]\/|\/hom[e]\/\w|\/User[s]\/\w)/,
  ],
  ['a package registry', /registry\.(?:npm|yarn)|npmmirror\.|\bpypi\.org|deb\.debian\.org/],
]

/** One line for every file that is longer than a reader can take in. */
export function lengthFaults(files: Files): string[] {
  return [...files]
    .filter(([path]) => isMeasured(path))
    .map(([path, text]) => [path, lineCount(text)] as const)
    .filter(([, lines]) => lines > maxLines)
    .map(([path, lines]) => `${path}: ${lines} lines, at most ${maxLines} are allowed`)
}

/** Median number of lines of the files under src that are not tests; 0 when there are none. */
export function medianLines(files: Files): number {
  const lengths = [...files]
    .filter(([path]) => path.startsWith('src/') && isMeasured(path) && !/\.test\./.test(path))
    .map(([, text]) => lineCount(text))
    .toSorted((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? 0
}

/** One line for every banned word, machine path or registry host, with its line number. */
export function wordFaults(files: Files): string[] {
  const faults: string[] = []
  for (const [path, text] of files) {
    if (path === lockfile) continue
    const banned = isCode(path) ? [...bannedAnywhere, ...bannedInCode] : bannedAnywhere
    for (const [index, line] of text.split('\n').entries()) {
      for (const [what, pattern] of banned) {
        if (pattern.test(line)) faults.push(`${path}:${index + 1}: ${what}: ${line.trim()}`)
      }
    }
  }
  if (/"resolved":/.test(files.get(lockfile) ?? '')) faults.push(`${lockfile}: holds addresses`)
  return faults
}

/** One line for every file of the program whose name is not in kebab case. */
export function nameFaults(files: Files): string[] {
  return [...files.keys()]
    .filter((path) => /^(?:src|test|bench|scripts)\//.test(path) && isCode(path))
    .filter((path) => !/^[a-z0-9/.-]+$/.test(path))
    .map((path) => `${path}: file names are in kebab-case`)
}

function isMeasured(path: string): boolean {
  return isCode(path) || path.endsWith('.css')
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
