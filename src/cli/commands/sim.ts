import type { Command } from 'commander'
import { programUrl } from '../../kernel/index.ts'
import { task, type Cli } from '../cli.ts'
import { parseCount } from '../input/count.ts'
import { parsed } from '../input/option.ts'
import { shellOf } from '../shell.ts'

interface Options {
  readonly seed: number
  readonly steps: number
}

/** The simulator of test/sim, which is built with files, random bytes and timers of its own. */
interface Simulator {
  readonly simulate: (
    options: Options & {
      readonly json: boolean
      readonly out: (text: string) => void
      readonly err: (text: string) => void
    },
  ) => Promise<number>
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  program
    .command('sim')
    .summary(say('help.sim'))
    .description(say('help.sim'))
    .option('--seed <n>', say('help.simSeed'), parsed(shell, parseCount, 'bad.count'), 1)
    .option('--steps <n>', say('help.simSteps'), parsed(shell, parseCount, 'bad.count'), 20_000)
    .action(task(sim))
}

async function sim(cli: Cli, { seed, steps }: Options): Promise<number> {
  const { href } = programUrl('sim/main', import.meta.url)
  const { simulate } = (await import(href)) as Simulator
  const { stdout, stderr } = cli.host
  return simulate({
    seed,
    steps,
    json: cli.format === 'json',
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
  })
}
