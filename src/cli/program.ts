import { Command } from 'commander'
import { version } from './version.ts'

/** The command tree of `suan`; each subcommand is added here by its own file. */
export function program(): Command {
  return new Command('suan')
    .description('An open, self-hosted compute exchange')
    .version(version(), '-V, --version')
}
