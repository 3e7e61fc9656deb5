import type { Command } from 'commander'
import { items } from '../../client/index.ts'
import type { Challenge, NodeProofs } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { printList } from '../output/print.ts'
import { ppm, when, word } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import { challengeView } from '../views/proofs.ts'

/** `suan proofs NODE`: what a machine was challenged to prove, and what came of it. */
export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  addPageOptions(program.command('proofs <node>'), shell)
    .summary(say('help.proofs'))
    .description(say('help.proofs'))
    .option('--all', say('help.proofsAll'))
    .action(task(show))
}

async function show(cli: Cli, options: ProofsOptions, node: string): Promise<void> {
  const client = await cli.client()
  const page = (query: { cursor?: string; limit?: number }) =>
    client.listChallenges({ params: { node_id: node }, query })
  const proofs = await page(options.all === true ? { limit: 1 } : pageOf(options))
  if (cli.forPeople) cli.host.stdout.write(`${summary(cli, proofs)}\n`)
  if (options.all !== true) return printList(cli, challengeView, proofs)
  const data: Challenge[] = []
  for await (const one of items((next) => page({ ...next, limit: MOST }))) data.push(one)
  const whole = { ...proofs, data, next_cursor: null, has_more: false }
  printList(cli, challengeView, whole)
}

interface ProofsOptions extends PageOptions {
  readonly all?: boolean
}
/** challenges of a page: as many as the exchange gives at once */
const MOST = 200

function summary(cli: Cli, { passed_at, failing, failed_at, deliverable_ppm }: NodeProofs): string {
  const standing =
    failing.length > 0
      ? cli.say('proofs.failing', {
          kinds: failing.map((one) => word(cli, one)).join(', '),
          time: when(cli, failed_at),
        })
      : passed_at === null
        ? cli.say('proofs.never')
        : cli.say('proofs.passed', { time: when(cli, passed_at) })
  if (deliverable_ppm === null) return standing
  return `${standing}\n${cli.say('proofs.deliverable', { share: ppm(deliverable_ppm) })}`
}
