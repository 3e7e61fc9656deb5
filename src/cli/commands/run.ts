import type { Command } from 'commander'
import type { Client } from '../../client/index.ts'
import { LEASE_ENDS, WORKLOAD_ENDS, type EndText } from '../../messages/index.ts'
import type { Allocation, Workload } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { printData } from '../output/print.ts'
import { money, span } from '../output/values.ts'
import { costOf, finalAllocation, type Cost } from '../run/cost.ts'
import { exitCodeOfRun } from '../run/end.ts'
import { followWorkload } from '../run/follow.ts'
import { stopOnInterrupt, type Interrupt } from '../run/interrupt.ts'
import { startedAgain } from '../run/next-machine.ts'
import { addRunOptions, type RunOptions } from '../run/options.ts'
import { orderAndStart, startOn, type Started } from '../run/order.ts'
import { fetchOutput } from '../run/output.ts'
import { makeStages, type Stages } from '../run/stages.ts'
import { witnessOf, type WitnessRun } from '../run/witness.ts'
import { witnessFile } from '../run/witness-state.ts'
import { shellOf } from '../shell.ts'
import { checkMaySpend } from '../spend.ts'

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const command = program.command('run').summary(say('help.run')).description(say('help.run'))
  addRunOptions(command, shell)
    .argument('<command...>', say('help.runCommand'))
    .addHelpText('after', say('example.run'))
    .action(task(run))
}

/** Ends with the exit code of the program, and 130 when it was interrupted here. */
async function run(cli: Cli, options: RunOptions, command: string[]): Promise<number> {
  const { allocation } = options
  if (allocation === undefined) checkMaySpend(cli, options, options.maxPrice !== undefined)
  if (options.detach === true) {
    if (options.out !== undefined) throw new UsageError(cli.say('error.outDetached'))
    if (options.witness === true) throw new UsageError(cli.say('error.witnessDetached'))
  }
  const client = await cli.client()
  const stages = makeStages(cli)
  const started =
    allocation === undefined
      ? await orderAndStart(cli, client, options, { command, stages })
      : await startOn(cli, client, options, { command, allocation })
  if (options.detach === true) return tellDetached(cli, started)
  return followToEnd(cli, client, options, { started, stages })
}

function tellDetached(cli: Cli, started: Started): number {
  const { workloadId, allocationId, orderId } = started
  const ids = { workload_id: workloadId, allocation_id: allocationId, order_id: orderId }
  if (cli.forPeople) {
    cli.host.stdout.write(`${workloadId}\n`)
    cli.tell(cli.say('run.detached', { id: workloadId }))
  } else printData(cli, ids, workloadId)
  return EXIT.ok
}

async function followToEnd(
  cli: Cli,
  client: Client,
  options: RunOptions,
  first: { readonly started: Started; readonly stages: Stages },
): Promise<number> {
  const { stages } = first
  const { replace = false } = options
  let { started } = first
  const interrupt = stopOnInterrupt(cli, client, started.workloadId, options.grace)
  const note = (why: string): void => cli.tell(cli.say('run.noWitness', { why }))
  const fileOf = (leaseId: string) => witnessFile(cli.host, cli.settings().url, leaseId)
  const witness = options.witness === true ? witnessOf({ client, note, fileOf }) : null
  const watching = { stages, witness }
  try {
    let workload = await follow(client, started, watching, interrupt)
    for (;;) {
      const next = await startedAgain(cli, client, { started, workload, stages, replace })
      if (next === null) break
      started = next
      interrupt.moved(next.workloadId)
      workload = await follow(client, next, watching, interrupt)
    }
    const { allocationId } = started
    const isKept = options.keep === true || options.allocation !== undefined
    await witness?.end(isKept)
    const allocation = isKept
      ? await client.getAllocation({ params: { allocation_id: allocationId } })
      : await finalAllocation(client, allocationId)
    const output = await outputOf(cli, client, options, workload)
    const cost = costOf(allocation, cli.host.nowMs())
    const exitCode = interrupt.wasInterrupted()
      ? EXIT.interrupted
      : exitCodeOfRun(workload, allocation)
    tellEnd(cli, { workload, allocation, cost, exitCode, output, started })
    return exitCode
  } catch (error) {
    cli.tell(cli.say('run.left', { workload: started.workloadId }))
    throw error
  } finally {
    interrupt.release()
    await witness?.end(false)
  }
}

function follow(
  client: Client,
  { workloadId }: Started,
  { stages, witness }: { readonly stages: Stages; readonly witness: WitnessRun | null },
  interrupt: Interrupt,
): Promise<Workload> {
  const onState = (workload: Workload): void => {
    stages.state(workload)
    if (workload.status === 'running') witness?.begin(workload.allocation_id)
  }
  const follower = { onState, onLog: stages.log }
  return Promise.race([followWorkload(client, workloadId, follower), interrupt.failed])
}

async function outputOf(
  cli: Cli,
  client: Client,
  options: RunOptions,
  workload: Workload,
): Promise<string | null> {
  if (options.out === undefined) return null
  if (workload.output_digest !== null) return fetchOutput(cli, client, workload.id, options.out)
  cli.tell(cli.say('run.noOutput', { path: options.out.from }))
  return null
}

interface End {
  readonly workload: Workload
  readonly allocation: Allocation
  readonly cost: Cost
  readonly exitCode: number
  readonly output: string | null
  readonly started: Started
}

/** What ended the program, in words: the lease's reason where it is not just that the work was done. */
function tellWhy(cli: Cli, workload: Workload, allocation: Allocation): void {
  const lease = allocation.leases.find((each) => each.end !== null)?.end ?? null
  const tell = (reason: string, words: EndText): void =>
    cli.tell(cli.say('run.notExited', { reason, words: words[cli.language] }))
  if (workload.end !== null && workload.end !== 'LEASE_CLOSED') {
    tell(workload.end, WORKLOAD_ENDS[workload.end])
  } else if (lease !== null) tell(lease, LEASE_ENDS[lease])
}

function tellEnd(cli: Cli, end: End): void {
  const { workload, allocation, cost, exitCode } = end
  if (!cli.forPeople) {
    const result = resultOf(end)
    if (cli.format !== 'jsonl') return printData(cli, result, workload.id)
    return cli.host.stdout.write(`${JSON.stringify({ event: 'ended', ...result })}\n`)
  }
  const { say } = cli
  if (workload.end !== 'EXITED' && exitCode !== EXIT.interrupted) tellWhy(cli, workload, allocation)
  const facts = {
    seconds: span(cli, cost.seconds),
    node: workload.node_id,
    cost: money(cost.cost, allocation.currency),
    code: exitCode,
  }
  const line = say(cost.isFinal ? 'run.cost' : 'run.costSoFar', facts)
  cli.tell(cli.style('dim', line))
  const disputed = allocation.leases.find((lease) => lease.settlement === 'disputed')
  if (disputed?.dispute_id !== undefined && disputed.dispute_id !== null) {
    cli.tell(say('run.disputed', { id: disputed.dispute_id }))
  }
}

function resultOf({ workload, allocation, cost, exitCode, output, started }: End): object {
  const [lease] = allocation.leases
  return {
    order_id: started.orderId,
    allocation_id: started.allocationId,
    workload_id: workload.id,
    node_id: workload.node_id,
    symbol: lease?.symbol ?? null,
    price: lease?.price ?? null,
    status: workload.status,
    end: workload.end,
    lease_end: lease?.end ?? null,
    exit_code: exitCode,
    queued_at: workload.queued_at,
    started_at: workload.started_at,
    ended_at: workload.ended_at,
    seconds: cost.seconds,
    cost: cost.cost,
    currency: allocation.currency,
    settled: cost.isFinal,
    output,
  }
}
