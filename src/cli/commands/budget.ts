import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { groupOf } from '../group.ts'
import { parseMoney } from '../input/money.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { printDone, printList } from '../output/print.ts'
import { money, word } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import { budgetView } from '../views/money.ts'

const SCOPES = ['member', 'account', 'key'] as const
const PERIODS = ['total', 'day', 'month'] as const

interface CapOptions {
  readonly scope?: (typeof SCOPES)[number]
  readonly subject?: string
  readonly period?: (typeof PERIODS)[number]
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'budget', 'help.budget')
  group.command('list').alias('ls').summary(say('help.budgetList')).action(task(list))
  const withKey = (command: Command): Command =>
    command
      .option('--scope <scope>', say('help.budgetScope'), oneOfWords(shell, SCOPES))
      .option('--subject <id>', say('help.budgetSubject'))
      .option('--period <period>', say('help.budgetPeriod'), oneOfWords(shell, PERIODS))
  withKey(group.command('set'))
    .summary(say('help.budgetSet'))
    .requiredOption(
      '--limit <amount>',
      say('help.budgetLimit'),
      parsed(shell, parseMoney, 'bad.money'),
    )
    .action(task(set))
  withKey(group.command('rm').alias('remove')).summary(say('help.budgetRm')).action(task(remove))
}

async function list(cli: Cli): Promise<void> {
  const { account } = cli.settings()
  const query = account === null ? {} : { account_id: account }
  printList(cli, budgetView, await (await cli.client()).listBudgets({ query }))
}

async function set(cli: Cli, options: CapOptions & { limit: string }): Promise<void> {
  const cap = await capOf(cli, options)
  const done = await (await cli.client()).setBudget({ body: { ...cap, limit: options.limit } })
  const sentence = cli.say('done.budgetSet', { ...named(cli, cap), limit: money(options.limit) })
  printDone(cli, done, cap.subject_id, sentence)
}

async function remove(cli: Cli, options: CapOptions): Promise<void> {
  const cap = await capOf(cli, options)
  const done = await (await cli.client()).removeBudget({ query: cap })
  printDone(cli, done, cap.subject_id, cli.say('done.budgetRemoved', named(cli, cap)))
}

interface Cap {
  readonly scope: (typeof SCOPES)[number]
  readonly subject_id: string
  readonly period: (typeof PERIODS)[number]
}

/** Without a subject: one's own account, member or key. */
async function capOf(cli: Cli, options: CapOptions): Promise<Cap> {
  const scope = options.scope ?? 'account'
  const period = options.period ?? 'total'
  if (options.subject !== undefined) return { scope, subject_id: options.subject, period }
  const me = await (await cli.client()).whoAmI()
  const own = {
    account: cli.settings().account ?? me.account.id,
    member: me.member.id,
    key: me.key.id,
  }
  return { scope, subject_id: own[scope], period }
}

function named(cli: Cli, cap: Cap): Record<string, string> {
  const { scope, subject_id: subject, period } = cap
  return { scope: word(cli, scope), subject, period: word(cli, period) }
}
