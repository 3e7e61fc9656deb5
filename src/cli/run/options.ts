import type { Command } from 'commander'
import { parseDuration } from '../input/duration.ts'
import { parseMoney } from '../input/money.ts'
import { collected, parsed } from '../input/option.ts'
import { parseMapping, parseVariable } from '../input/pair.ts'
import { addNeedOptions, addTermOptions, type NeedOptions } from '../need.ts'
import type { Shell } from '../shell.ts'
import { addYesOption, type SpendOptions } from '../spend.ts'

export interface Mapping {
  readonly from: string
  readonly to: string | null
}

export interface RunOptions extends NeedOptions, SpendOptions {
  readonly image?: string
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  /** here:inside */
  readonly file?: readonly Mapping[]
  /** inside:here */
  readonly out?: Mapping
  readonly workdir?: string
  readonly detach?: boolean
  /** false with --no-retry */
  readonly retry?: boolean
  /** go on with another machine when this one is lost */
  readonly replace?: boolean
  /** run on what was bought before */
  readonly allocation?: string
  readonly keep?: boolean
  readonly maxCost?: string
  readonly grace?: number
}

export function addRunOptions(command: Command, shell: Shell): Command {
  const { say } = shell
  return addYesOption(addTermOptions(addNeedOptions(command, shell), shell), shell)
    .option('--max-cost <amount>', say('help.maxCost'), parsed(shell, parseMoney, 'bad.money'))
    .option('--image <image>', say('help.image'))
    .option(
      '-e, --env <name=value>',
      say('help.env'),
      collected(shell, parseVariable, 'bad.variable'),
    )
    .option('--file <here:inside>', say('help.file'), collected(shell, parseMapping, 'bad.mapping'))
    .option('--out <inside:here>', say('help.out'), parsed(shell, parseMapping, 'bad.mapping'))
    .option('--workdir <path>', say('help.workdir'))
    .option('--allocation <allocation>', say('help.onAllocation'))
    .option('--no-retry', say('help.noRetry'))
    .option('--replace', say('help.replace'))
    .option('--keep', say('help.keep'))
    .option('--detach', say('help.detach'))
    .option('--grace <time>', say('help.grace'), parsed(shell, parseDuration, 'bad.duration'))
}
