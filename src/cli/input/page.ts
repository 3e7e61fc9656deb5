import type { Command } from 'commander'
import type { Shell } from '../shell.ts'
import { parseCount } from './count.ts'
import { parsed } from './option.ts'

export interface PageOptions {
  readonly limit?: number
  readonly cursor?: string
}

/** `--limit` and `--cursor` of every paged list. */
export function addPageOptions(command: Command, shell: Shell): Command {
  return command
    .option('--limit <n>', shell.say('help.limit'), parsed(shell, parseCount, 'bad.count'))
    .option('--cursor <cursor>', shell.say('help.cursor'))
}

/** The query of a paged list: only what was asked for. */
export function pageOf(options: PageOptions): { limit?: number; cursor?: string } {
  return {
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
  }
}
