import type { Command } from 'commander'
import type { NodeProofs } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { printList } from '../output/print.ts'
import { ppm, when, word } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import { challengeView } from '../views/proofs.ts'

/** `suan proofs NODE`: what a machine was challenged to prove, and what came of it. */
export function register(program: Command): void {
  const { say } = shellOf(program)
  program.command('proofs <node>').summary(say('help.proofs')).action(task(show))
}

async function show(cli: Cli, _options: object, node: string): Promise<void> {
  const proofs = await (await cli.client()).listChallenges({ params: { node_id: node } })
  if (cli.forPeople) cli.host.stdout.write(`${summary(cli, proofs)}\n`)
  printList(cli, challengeView, proofs)
}

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
