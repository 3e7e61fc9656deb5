import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { parseMoney } from '../input/money.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { printDone, printList } from '../output/print.ts'
import { money } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import { addYesOption, checkMaySpend, confirmSpending, type SpendOptions } from '../spend.ts'
import { balanceView, ledgerView } from '../views/money.ts'
import { watched } from '../watch.ts'

interface CurrencyOptions {
  readonly currency?: string
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'wallet', 'help.wallet')
  group
    .command('balance')
    .aliases(['balances', 'ls', 'list'])
    .summary(say('help.walletBalance'))
    .option('-w, --watch', say('help.watch'))
    .action(task(balance))
  addPageOptions(group.command('ledger'), shell)
    .summary(say('help.walletLedger'))
    .option('--currency <currency>', say('help.currency'))
    .action(task(ledger))
  addYesOption(group.command('transfer <amount> <account>'), shell)
    .summary(say('help.walletTransfer'))
    .option('--currency <currency>', say('help.currency'))
    .action(task(transfer))
  addYesOption(group.command('withdraw <amount>'), shell)
    .summary(say('help.walletWithdraw'))
    .option('--currency <currency>', say('help.currency'))
    .action(task(withdraw))
  group.command('faucet <amount>').summary(say('help.walletFaucet')).action(task(faucet))
}

async function balance(cli: Cli, options: { watch?: boolean }): Promise<void> {
  const client = await cli.client()
  const { account } = cli.settings()
  const { sandbox } = await client.getStatus()
  await watched(cli, options.watch === true, [{ channel: 'balances' }], async () => {
    const query = account === null ? {} : { account_id: account }
    printList(cli, balanceView, await client.listBalances({ query }))
    if (sandbox && cli.forPeople) cli.tell(cli.style('dim', cli.say('sandbox.playMoney')))
  })
}

async function ledger(cli: Cli, options: CurrencyOptions & PageOptions): Promise<void> {
  const { account } = cli.settings()
  const page = await (
    await cli.client()
  ).listLedger({
    query: {
      ...(options.currency === undefined ? {} : { currency: options.currency }),
      ...(account === null ? {} : { account_id: account }),
      ...pageOf(options),
    },
  })
  printList(cli, ledgerView, page)
}

type MoveOptions = CurrencyOptions & SpendOptions

async function transfer(cli: Cli, options: MoveOptions, text: string, to: string): Promise<void> {
  const amount = amountOf(cli, text)
  const currency = options.currency ?? 'CNY'
  const facts = { amount: money(amount, currency), to }
  await confirmMove(cli, options, cli.say('ask.transfer', facts))
  const body = { to_account_id: to, amount, currency }
  const done = await (await cli.client()).transfer({ body })
  printDone(cli, done, to, cli.say('done.transfer', facts))
}

async function withdraw(cli: Cli, options: MoveOptions, text: string): Promise<void> {
  const amount = amountOf(cli, text)
  const currency = options.currency ?? 'CNY'
  const facts = { amount: money(amount, currency) }
  await confirmMove(cli, options, cli.say('ask.withdraw', facts))
  const done = await (await cli.client()).withdraw({ body: { amount, currency } })
  const id = done.withdrawal_id
  printDone(cli, done, id, cli.say('done.withdraw', { ...facts, id }))
}

async function faucet(cli: Cli, _options: object, text: string): Promise<void> {
  const amount = amountOf(cli, text)
  const { account } = cli.settings()
  const body = account === null ? { amount } : { amount, account_id: account }
  const done = await (await cli.client()).faucet({ body })
  printDone(cli, done, '', cli.say('done.faucet', { amount: money(amount) }))
}

/** The amount is on the command line, so `-y` needs no other limit. */
async function confirmMove(cli: Cli, options: SpendOptions, question: string): Promise<void> {
  checkMaySpend(cli, options, true)
  await confirmSpending(cli, options, question)
}

function amountOf(cli: Cli, text: string): string {
  const amount = parseMoney(text)
  if (amount === null) throw new UsageError(cli.say('bad.money', { value: text }))
  return amount
}
