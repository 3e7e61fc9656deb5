import type { Command } from 'commander'
import type { LeaseSla } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { groupOf } from '../group.ts'
import { printItem, printList } from '../output/print.ts'
import { money, span, when } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import { creditView, leaseSlaView, slaView } from '../views/sla.ts'

export function register(program: Command): void {
  const { say } = shellOf(program)
  const group = groupOf(program, 'sla', 'help.sla')
  group.command('list').alias('ls').summary(say('help.slaList')).action(task(list))
  group.command('show <lease>').summary(say('help.slaShow')).action(task(show))
}

async function list(cli: Cli): Promise<void> {
  printList(cli, slaView, await (await cli.client()).listSlas())
}

/** What the lease was promised, what failed, and what was paid for it. */
async function show(cli: Cli, _options: object, lease: string): Promise<void> {
  const sla = await (await cli.client()).getLeaseSla({ params: { lease_id: lease } })
  printItem(cli, leaseSlaView, sla)
  if (!cli.forPeople) return
  for (const line of breachLines(cli, sla)) cli.host.stdout.write(`${line}\n`)
  if (sla.credits.length > 0) printList(cli, creditView, { data: sla.credits })
}

function breachLines(cli: Cli, { breaches, currency, credits }: LeaseSla): string[] {
  const failed = breaches.map(({ from_minute, until_minute, at, sources, excused }) =>
    cli.say(excused === null ? 'sla.breach' : 'sla.excused', {
      from: from_minute,
      until: until_minute,
      time: when(cli, at),
      sources: sources.join(', '),
      excused: excused ?? '',
      span: span(cli, (until_minute - from_minute) * 60),
    }),
  )
  const owed = credits.filter(({ owed: rest }) => Number(rest) > 0)
  return [
    ...failed,
    ...owed.map(({ owed: rest }) => cli.say('sla.owed', { owed: money(rest, currency) })),
  ]
}
