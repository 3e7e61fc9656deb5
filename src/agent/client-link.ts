import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { WebSocket } from 'ws'
import { base64urlEncode, concatBytes, parseTime } from '../kernel/index.ts'
import { Fault } from '../messages/index.ts'
import { createClient, SuanError, type ByteStream, type Client } from '../client/index.ts'
import { fromResources, idOf, numberOf, toResources, type Assignment } from '../wire/index.ts'
import type { Identity } from './identity.ts'
import {
  Refused,
  type Assigned,
  type ExchangeLink,
  type LinkEvents,
  type MeterReport,
  type NodeFacts,
} from './link.ts'

/** A client of the exchange at `baseUrl` that signs every request with the node's own key. */
export function nodeClient(baseUrl: string, identity: Identity): Client {
  return createClient({
    baseUrl,
    signer: { publicKey: identity.publicKey, sign: async (bytes) => identity.sign(bytes) },
    openSocket: (url) => new WebSocket(url),
  })
}

/**
 * The daemon's side of a real exchange, over its public API: HTTP for commands and bytes, one
 * WebSocket for assignments and live logs. It only calls out, and connects again by itself.
 * The node must have been registered; its facts are asked for at the first call of `facts`.
 */
export function clientLink(client: Client, publicKey: string): ExchangeLink {
  const state = { facts: null as NodeFacts | null, push: null as Push | null }
  const nodeId = () => idOf('node', mustFacts(state.facts).node)
  return {
    facts: async () => {
      await passing(() => client.readClock())
      return (state.facts = await passing(() => findNode(client, publicKey)))
    },
    nowMs: client.nowMs,
    attest: async ({ attested, reserve, isolation, inventoryDigest }) => {
      const body = {
        attested: toResources(attested),
        reserve: toResources(reserve),
        isolation,
        inventory_digest: inventoryDigest,
      }
      await passing(() => client.attestNode({ params: { node_id: nodeId() }, body }))
    },
    reportEvaluation: async (file) => {
      await passing(() => client.reportEvaluation({ body: file }))
    },
    setStatus: async (status) => {
      const params = { node_id: nodeId() }
      await passing(() => client.setNodeStatus({ params, body: { status } }))
    },
    setOffer: async ({ sku, price, maxUnits }) => {
      const params = { node_id: nodeId(), sku_id: idOf('sku', sku) }
      const body = { price, max_units: maxUnits }
      await passing(() => client.setOffer({ params, body }))
    },
    watch: (events) => {
      const { push, close } = openWatch(client, nodeId(), events)
      state.push = push
      return close
    },
    pushLog: (chunk) => state.push?.(chunk) ?? false,
    ...reports(client, nodeId),
    ...transfers(client),
  }
}

type Push = ExchangeLink['pushLog']
type Reports = Pick<
  ExchangeLink,
  'reportReady' | 'reportProgress' | 'reportStartFailure' | 'reportWorkload' | 'reportMeters'
>
type Transfers = Pick<ExchangeLink, 'fetchSpec' | 'fetchInput' | 'storeLog' | 'storeOutput'>

function reports(client: Client, nodeId: () => string): Reports {
  const leaseId = (lease: number) => ({ lease_id: idOf('lease', lease) })
  return {
    reportReady: async (lease, nonce) => {
      await passing(() => client.reportReady({ params: leaseId(lease), body: { nonce } }))
    },
    reportProgress: async (lease, done, total) => {
      const body = { bytes_done: done, bytes_total: total }
      await passing(() => client.reportProgress({ params: leaseId(lease), body }))
    },
    reportStartFailure: async (lease, fault, detail) => {
      const body = { fault, detail }
      await passing(() => client.reportStartFailure({ params: leaseId(lease), body }))
    },
    reportWorkload: async (report) => {
      const params = { workload_id: idOf('workload', report.workload) }
      const body = {
        status: report.status,
        exit_code: report.exitCode,
        end: report.end,
        log_digest: report.logDigest,
        output_digest: report.outputDigest,
      }
      await passing(() => client.reportWorkload({ params, body }))
    },
    reportMeters: async (report, id) => {
      const body = meterBody(nodeId(), report)
      await passing(() => client.reportMeters({ body, idempotencyKey: id }))
    },
  }
}

function transfers(client: Client): Transfers {
  const workloadId = (workload: number) => ({ workload_id: idOf('workload', workload) })
  return {
    fetchSpec: async (workload) => {
      const stream = await passing(() => client.getWorkloadSpec({ params: workloadId(workload) }))
      const parts: Uint8Array[] = []
      for await (const part of arriving(stream)) parts.push(part)
      return concatBytes(...parts)
    },
    fetchInput: async function* (workload, digest) {
      const params = { ...workloadId(workload), digest }
      yield* arriving(await passing(() => client.getWorkloadInput({ params })))
    },
    storeLog: async (workload, path) => {
      const body = await fileBody(path)
      const params = workloadId(workload)
      return (await passing(() => client.putWorkloadLog({ params, body }))).digest
    },
    storeOutput: async (workload, path) => {
      const body = await fileBody(path)
      const params = workloadId(workload)
      return (await passing(() => client.putWorkloadOutput({ params, body }))).digest
    },
  }
}

/** Bytes of an answer; a connection that is lost on the way is the exchange being away. */
async function* arriving(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (cause) {
    throw new Fault('UNREACHABLE', { cause })
  }
}

function openWatch(
  client: Client,
  nodeId: string,
  events: LinkEvents,
): { push: Push; close: () => void } {
  const stream = client.openStream({
    onState: (state) => {
      if (state === 'open' || state === 'lost') events.onConnected(state === 'open')
    },
    onLogKept: ({ workload_id, stream: name, offset, full }) => {
      const workload = numberOf('workload', workload_id)
      if (workload !== null) events.onLogKept({ workload, stream: name, offset, full })
    },
  })
  stream.subscribe('assignments', { node_id: nodeId }, (frame) => {
    events.onAssignments(frame.data.map(toAssigned))
  })
  stream.serveTunnels({
    nodeId,
    kinds: events.tunnelKinds,
    onAsk: (asked) => events.onTunnel(numberOf('workload', asked.ask.workload_id) ?? 0, asked),
  })
  return {
    push: ({ workload, stream: name, offset, bytes }) =>
      stream.sendLog({
        workload_id: idOf('workload', workload),
        stream: name,
        offset,
        data: base64urlEncode(bytes),
      }),
    close: () => stream.close(),
  }
}

async function findNode(client: Client, publicKey: string): Promise<NodeFacts> {
  const [status, nodes] = await Promise.all([client.getStatus(), client.listNodes()])
  const node = nodes.data.find((each) => each.public_key === publicKey)
  if (node === undefined) throw new Refused('NODE_UNKNOWN')
  return {
    venue: status.venue,
    exchangePublicKey: status.exchange_public_key,
    node: node.number,
    meterPeriod: node.meter_period,
  }
}

function mustFacts(facts: NodeFacts | null): NodeFacts {
  if (facts === null) throw new Fault('NODE_UNKNOWN', { retryable: false })
  return facts
}

/** Lost answers and a busy exchange become Faults, to be tried again; refusals become Refused. */
async function passing<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof SuanError)) throw error
    if (error.retryable || error.status === 0) throw new Fault(error.code, { cause: error })
    throw new Refused(error.code, error.facts)
  }
}

function toAssigned({ lease, lease_number, nonce, workloads, funded }: Assignment): Assigned {
  return {
    lease: lease_number,
    status: lease.status,
    resources: fromResources(lease.resources),
    nonce,
    readyAtUs: lease.ready_at === null ? null : parseTime(lease.ready_at),
    closedAtUs: lease.closed_at === null ? null : parseTime(lease.closed_at),
    coveredSeconds: lease.covered_seconds,
    cpuUs: lease.cpu_us,
    memoryPeakMib: lease.memory_peak_mib,
    funded: {
      venue: funded.venue,
      node: funded.node,
      lease: funded.lease,
      fundedSeconds: funded.funded_seconds,
      seq: funded.seq,
    },
    fundedSignature: funded.signature,
    workloads: workloads.map((workload) => ({
      workload: numberOf('workload', workload.id) ?? 0,
      status: workload.status,
      specDigest: workload.spec_digest,
      stopRequested: workload.stop_requested,
    })),
  }
}

function meterBody(nodeId: string, report: MeterReport) {
  return {
    node_id: nodeId,
    period: report.period,
    previous: report.previous,
    readings: report.readings.map((reading) => ({
      lease_id: idOf('lease', reading.lease),
      covered_seconds: reading.coveredSeconds,
      cpu_us: reading.cpuUs,
      memory_peak_mib: reading.memoryPeakMib,
      final: reading.final,
    })),
    signature: report.signature,
  }
}

/** A file as a signed body: its digest is known before its bytes are sent. */
async function fileBody(path: string): Promise<ByteStream> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  const stream = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
  return { stream, digest: hash.digest('hex') }
}
