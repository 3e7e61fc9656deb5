/** ordered → matched → opening → running → the end: lines on stderr, or JSON lines with `-o jsonl`. */
import type { Allocation, Order, PlacedOrder, Workload } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import { money, span } from '../output/values.ts'
import type { LogStream } from './log-writer.ts'

export interface Stages {
  readonly quoted: (sentence: string) => void
  readonly ordered: (order: Order) => void
  readonly matched: (placed: PlacedOrder, allocationId: string) => void
  /** this workload's machine did not start or was lost; this is what was bought instead */
  readonly retried: (failed: Workload, next: Allocation) => void
  readonly state: (workload: Workload) => void
  readonly log: (stream: LogStream, bytes: Uint8Array) => void
}

/** The log goes to stdout and stderr as the program wrote it; with `-o json` both go to stderr. */
export function makeStages(cli: Cli): Stages {
  return cli.format === 'jsonl' ? jsonStages(cli) : lineStages(cli)
}

function lineStages(cli: Cli): Stages {
  const startMs = cli.host.nowMs()
  const tell = (line: string): void => cli.tell(cli.style('dim', line))
  const { stdout, stderr } = cli.host
  const logTo = { stdout: cli.forPeople ? stdout : stderr, stderr }
  return {
    quoted: tell,
    ordered: ({ id, units, symbol }) => tell(cli.say('stage.ordered', { id, units, symbol })),
    matched: ({ order, fills }, allocation) => {
      const node = fills[0]?.node_id ?? ''
      tell(
        cli.say('stage.matched', {
          allocation,
          node,
          price: money(order.average_price ?? '0', order.currency),
        }),
      )
    },
    retried: (
      { node_id: node, started_at: started },
      { id: allocation, leases: [lease], currency },
    ) => {
      const next = lease?.node_id ?? ''
      const price = money(lease?.price ?? '0', currency)
      tell(
        cli.say(started === null ? 'stage.retried' : 'stage.replaced', {
          node,
          allocation,
          next,
          price,
        }),
      )
    },
    state: (workload) => {
      const { id, node_id: node, status } = workload
      const took = span(cli, Math.round((cli.host.nowMs() - startMs) / 100) / 10)
      if (status === 'queued' || status === 'provisioning')
        tell(cli.say('stage.opening', { id, node, status }))
      else if (status === 'running') tell(cli.say('stage.running', { id, took }))
      else if (status === 'terminating') tell(cli.say('stage.terminating', { id }))
    },
    log: (stream, bytes) => logTo[stream].write(bytes),
  }
}

function jsonStages(cli: Cli): Stages {
  const print = (event: string, facts: object): void => {
    cli.host.stdout.write(`${JSON.stringify({ event, ...facts })}\n`)
  }
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  return {
    quoted: () => {},
    ordered: (order) => print('ordered', { order }),
    matched: ({ fills }, allocation) => print('matched', { allocation_id: allocation, fills }),
    retried: (workload, allocation) => print('retried', { workload, allocation }),
    state: (workload) => print(workload.status, { workload }),
    log: (stream, bytes) => {
      print('log', { stream, text: decoders[stream].decode(bytes, { stream: true }) })
    },
  }
}
