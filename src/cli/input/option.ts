import { UsageError } from '../errors.ts'
import type { Shell } from '../shell.ts'
import type { TextKey } from '../texts.ts'

/** A parser for commander: a text that `parse` does not take ends the command with `complaint`. */
export function parsed<T>(
  shell: Shell,
  parse: (text: string) => T | null,
  complaint: TextKey,
): (text: string) => T {
  return (text) => {
    const value = parse(text)
    if (value === null) throw new UsageError(shell.say(complaint, { value: text }))
    return value
  }
}

/** The same for an option that may be given several times. */
export function collected<T>(
  shell: Shell,
  parse: (text: string) => T | null,
  complaint: TextKey,
): (text: string, before: readonly T[] | undefined) => readonly T[] {
  const one = parsed(shell, parse, complaint)
  return (text, before = []) => [...before, one(text)]
}

/** A parser for one of a few words. */
export function oneOfWords<const W extends string>(
  shell: Shell,
  words: readonly W[],
): (text: string) => W {
  return (text) => {
    const word = words.find((one) => one === text)
    if (word !== undefined) return word
    throw new UsageError(shell.say('bad.word', { value: text, words: words.join(', ') }))
  }
}
