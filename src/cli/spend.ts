/** Nothing is spent without a plan on the screen and a yes, or `-y` with a limit. */
import type { Command } from 'commander'
import type { QuoteLeg, Status } from '../wire/index.ts'
import type { Cli } from './cli.ts'
import { Ending, UsageError } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { pairLines } from './output/table.ts'
import { money, price, span, when, word } from './output/values.ts'
import { dimension } from './unavailable.ts'
import { instrumentsBySymbol } from './instruments.ts'
import type { Shell } from './shell.ts'

export interface SpendOptions {
  readonly yes?: boolean
}

export function addYesOption(command: Command, shell: Shell): Command {
  return command.option('-y, --yes', shell.say('help.yes'))
}

/**
 * Checks before any call that the command may spend the way it was written: `-y` only with a limit,
 * and without a terminal only with `-y`. Error: UsageError naming the flags that are missing.
 */
export function checkMaySpend(cli: Cli, options: SpendOptions, hasLimit: boolean): void {
  if (cli.options.dryRun === true) return
  if (options.yes === true && !hasLimit) throw new UsageError(cli.say('error.yesNeedsLimit'))
  const canAsk = cli.host.stdin.isTty && cli.host.stderr.isTty
  if (options.yes !== true && !canAsk) {
    throw new UsageError(cli.say(hasLimit ? 'error.needsYes' : 'error.needsYesAndLimit'))
  }
}

/**
 * Asks, unless `-y` was given. In a dry run nothing is asked: the call that follows is shown and not
 * sent. Error: Ending with code 10 when declined.
 */
export async function confirmSpending(
  cli: Cli,
  options: SpendOptions,
  question: string,
): Promise<void> {
  if (cli.options.dryRun === true || options.yes === true) return
  const isYes = await cli.host.confirm(question, {
    yes: cli.say('word.yes'),
    no: cli.say('word.no'),
  })
  if (!isYes) throw new Ending(EXIT.declined, cli.say('spend.declined'))
}

/** The plan of one leg of a quote on stderr: what, where, for how long, at what price, in all. */
export async function tellPlan(
  cli: Cli,
  leg: QuoteLeg,
  about: { readonly status: Status; readonly currency: string; readonly duration: number | null },
): Promise<void> {
  const { say } = cli
  const { currency } = about
  const instrument = (await instrumentsBySymbol(cli)).get(leg.symbol)
  const unit = instrument?.product.unit ?? null
  const isolation =
    leg.isolation === 'none'
      ? say('plan.noIsolation')
      : say('plan.isolation', { isolation: word(cli, leg.isolation) })
  const term =
    about.duration === null
      ? say('plan.openEnded', { horizon: span(cli, leg.horizon_seconds) })
      : span(cli, about.duration)
  const name = instrument?.product.name[cli.language] ?? leg.symbol
  const pairs: [string, string][] = [
    [
      say('plan.what'),
      say('plan.whatValue', {
        name,
        units: leg.units,
        grade: leg.grade,
        hub: leg.hub.name[cli.language],
        dimension: dimension(cli, leg.dimension),
      }),
    ],
    [say('plan.where'), isolation],
    [say('plan.price'), price(cli, leg.price, unit, currency)],
    [say('plan.term'), term],
    [
      about.duration === null
        ? say('plan.first', { horizon: span(cli, leg.horizon_seconds) })
        : say('plan.total'),
      `${money(leg.total, currency)} ${say('plan.feeIncluded', { fee: money(leg.fee, currency) })}`,
    ],
    [say('plan.perHour'), money(leg.per_hour, currency)],
    [say('plan.escrow'), say('plan.escrowValue', { amount: money(leg.escrow, currency) })],
    [say('plan.release'), say('plan.releaseValue')],
    [
      say('plan.reclaim'),
      leg.interruptible
        ? say('plan.reclaimNow')
        : say('plan.reclaimNotice', { notice: span(cli, leg.notice_seconds) }),
    ],
    ...(leg.until_at === null
      ? []
      : [[say('plan.until'), when(cli, leg.until_at)] as [string, string]]),
  ]
  cli.tell(cli.style('bold', about.status.sandbox ? say('plan.titleSandbox') : say('plan.title')))
  for (const line of pairLines(pairs)) cli.tell(`  ${line}`)
}
