/** Where the journal is: --journal > SUAN_JOURNAL > secrets/journal.url > files in the folder. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { holdsPassword, type PostgresJournal } from '../../journal/index.ts'
import { UsageError } from '../errors.ts'
import type { Shell } from '../shell.ts'

export interface JournalOptions {
  readonly journal?: string
  readonly journalAlone?: boolean
}

/**
 * The journal in PostgreSQL that is asked for, null for files. `root` is the data folder. Error:
 * UsageError when the flag holds a password.
 */
export function journalChoice(
  shell: Shell,
  options: JournalOptions,
  root: string,
): PostgresJournal | null {
  const { env } = shell.host
  if (options.journal !== undefined && holdsPassword(options.journal)) {
    throw new UsageError(shell.say('error.journalPassword'))
  }
  const file = join(root, 'secrets', 'journal.url')
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  const address = options.journal ?? env['SUAN_JOURNAL'] ?? kept
  if (address === undefined || address === '') return null
  return { address, alone: options.journalAlone === true || env['SUAN_JOURNAL_ALONE'] === '1' }
}
