import type { Command } from 'commander'
import type { Client } from '../../client/index.ts'
import type { ChallengeKind } from '../../messages/index.ts'
import type { Challenge, ChallengeTarget } from '../../wire/index.ts'
import { conduct, type Conducted } from '../assess/conduct.ts'
import { newTask, SMALL, WHOLE, type Sizes } from '../assess/task.ts'
import { VerifierThread } from '../assess/verifier-thread.ts'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/duration.ts'
import { parseMemory } from '../input/memory.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { conductedRow, conductedView } from '../views/proofs.ts'

interface Options {
  readonly proof: 'matrix' | 'memory'
  readonly lease?: string
  readonly order?: number
  readonly memory?: number
  readonly deadline?: number
}

/** `suan audit NODE|PROVIDER`: an assessor has one machine, or all of a provider at once, prove itself. */
export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  program
    .command('audit')
    .summary(say('help.audit'))
    .argument('<node>', say('help.auditNode'))
    .option(
      '--proof <kind>',
      say('help.auditProof'),
      oneOfWords(shell, ['matrix', 'memory']),
      'matrix',
    )
    .option('--lease <lease>', say('help.auditLease'))
    .option('--order <n>', say('help.auditOrder'), parsed(shell, parseCount, 'bad.count'))
    .option('--memory <size>', say('help.auditMemory'), parsed(shell, parseMemory, 'bad.memory'))
    .option(
      '--deadline <time>',
      say('help.auditDeadline'),
      parsed(shell, parseDuration, 'bad.duration'),
    )
    .action(task(audit))
}

async function audit(cli: Cli, options: Options, target: string): Promise<number> {
  const client = await cli.client()
  const { data: targets } = await client.listChallengeTargets()
  const verifier = new VerifierThread()
  try {
    const opened = target.startsWith('acct_')
      ? await openAll(client, options, target, targets)
      : [await openOne(cli, client, options, target, targets)]
    cli.tell(cli.say('audit.opened', { count: opened.length }))
    const results = await Promise.all(
      opened.map(({ challenge, of }) => conduct({ client, verifier }, challenge, of)),
    )
    printList(cli, conductedView, { data: results.map(conductedRow) })
    return results.every(isPassed) ? EXIT.ok : EXIT.other
  } finally {
    await verifier.close()
  }
}

const isPassed = ({ challenge }: Conducted): boolean => challenge.end === 'passed'

interface Opened {
  readonly challenge: Challenge
  readonly of: ChallengeTarget
}

async function openOne(
  cli: Cli,
  client: Client,
  options: Options,
  node_id: string,
  targets: readonly ChallengeTarget[],
): Promise<Opened> {
  const of = targets.find((one) => one.node_id === node_id)
  if (of === undefined) throw new UsageError(cli.say('audit.offline', { node: node_id }))
  const lease_id = options.lease ?? null
  if (lease_id !== null && of.int_nt_ops_per_s === 0) {
    throw new UsageError(cli.say('audit.unrated', { node: node_id }))
  }
  const proof = lease_id === null ? options.proof : 'witness'
  const body = { node_id, lease_id, ...taskOf(proof, options, SMALL, of) }
  const { challenge } = await client.openChallenge({ body })
  return { challenge, of }
}

/** All in one instant, by what the slowest of them says of itself. */
async function openAll(
  client: Client,
  options: Options,
  account_id: string,
  targets: readonly ChallengeTarget[],
): Promise<Opened[]> {
  const own = targets.filter((one) => one.account_id === account_id)
  const slowest = own.toSorted((a, b) => a.matmul_int8_nt_mops - b.matmul_int8_nt_mops)[0]
  const body = { account_id, ...taskOf(options.proof, options, WHOLE, slowest) }
  const { challenges } = await client.openAudit({ body })
  return challenges.flatMap((challenge) => {
    const of = own.find((one) => one.node_id === challenge.node_id)
    return of === undefined ? [] : [{ challenge, of }]
  })
}

function taskOf(
  proof: ChallengeKind,
  { order, memory, deadline }: Options,
  usual: Sizes,
  target: ChallengeTarget | undefined,
) {
  const sizes = { ...usual, order: order ?? usual.order, memoryMib: memory ?? usual.memoryMib }
  const made = newTask(proof, sizes, target)
  return deadline === undefined ? made : { ...made, commit_ms: deadline * 1_000 }
}
