import { WebSocket } from 'ws'
import { base64urlEncode, concatBytes, parseTime } from '../kernel/index.ts'
import { Fault, type NoticeView } from '../messages/index.ts'
import {
  createClient,
  download,
  PIECE_BYTES,
  SuanError,
  upload,
  type Client,
  type Stream,
} from '../client/index.ts'
import {
  encodeSamples,
  fromResources,
  idOf,
  numberOf,
  toResources,
  type Assignment,
  type Challenge,
  type Lease,
} from '../wire/index.ts'
import { fileSource } from './file-source.ts'
import type { Identity } from './identity.ts'
import {
  Refused,
  type Assigned,
  type AssignedChallenge,
  type ExchangeLink,
  type LinkEvents,
  type MeterReport,
  type NodeFacts,
} from './link.ts'
import { Pulse } from './samples/pulse.ts'

/** A client that signs every request with the node's own key; `pulse` is taken of its sockets. */
export interface NodeClient extends Client {
  readonly pulse: Pulse
}

/** The node's client of the exchange at `baseUrl`. */
export function nodeClient(baseUrl: string, identity: Identity): NodeClient {
  const pulse = new Pulse()
  const client = createClient({
    baseUrl,
    signer: { publicKey: identity.publicKey, sign: async (bytes) => identity.sign(bytes) },
    openSocket: (url) => pulse.watch(new WebSocket(url)),
  })
  return { ...client, pulse }
}

/**
 * The daemon's side of a real exchange, over its public API: HTTP for commands and bytes, one
 * WebSocket for assignments and live logs. It only calls out, and connects again by itself.
 * The node must have been registered; its facts are asked for at the first call of `facts`.
 */
export function clientLink(client: NodeClient, publicKey: string): ExchangeLink {
  const state = { facts: null as NodeFacts | null, stream: null as Outgoing | null }
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
    reportAbilities: async (abilities) => {
      const params = { node_id: nodeId() }
      await passing(() => client.reportAbilities({ params, body: { abilities: [...abilities] } }))
    },
    claimDevices: async (devices) => {
      const found = devices.map(({ kind, idHash, model }) => ({ kind, id_hash: idHash, model }))
      const body = { devices: found }
      await passing(() => client.claimDevices({ params: { node_id: nodeId() }, body }))
    },
    commitChallenge: async (challenge, root, work) => {
      const params = { challenge_id: idOf('challenge', challenge) }
      await passing(() => client.commitChallenge({ params, body: { root, work } }))
    },
    answerChallenge: async (challenge, bytes) => {
      const params = { challenge_id: idOf('challenge', challenge) }
      await passing(() => client.answerChallenge({ params, body: bytes }))
    },
    reportEvaluation: async (file) => {
      await passing(() => client.reportEvaluation({ body: file }))
    },
    setStatus: async (status, reason = '') => {
      const params = { node_id: nodeId() }
      await passing(() => client.setNodeStatus({ params, body: { status, reason } }))
    },
    setOffer: async ({ sku, price, maxUnits }) => {
      const params = { node_id: nodeId(), sku_id: idOf('sku', sku) }
      const body = { price, max_units: maxUnits }
      await passing(() => client.setOffer({ params, body }))
    },
    watch: (events) => {
      const { close, ...outgoing } = openWatch(client, nodeId(), events)
      state.stream = outgoing
      return close
    },
    pushLog: (chunk) => state.stream?.pushLog(chunk) ?? false,
    answerBeat: (beat, nonce) => state.stream?.answerBeat(beat, nonce) ?? false,
    sendUsage: (lease, usage) => state.stream?.sendUsage(lease, usage) ?? false,
    pushSamples: (atUs, values) => {
      const { node } = mustFacts(state.facts)
      return state.stream?.sendSamples(encodeSamples({ node, atUs, values })) ?? false
    },
    beat: () => client.pulse.beat(),
    path: () => client.pulse.quality(),
    ...reports(client, nodeId),
    ...transfers(client),
  }
}

/** What is said on the socket. */
type Outgoing = Pick<ExchangeLink, 'pushLog' | 'answerBeat' | 'sendUsage'> &
  Pick<Stream, 'sendSamples'>
type Reports = Pick<
  ExchangeLink,
  | 'reportReady'
  | 'reportProgress'
  | 'reportStartFailure'
  | 'reportWorkload'
  | 'reportMinutes'
  | 'reportMeters'
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
    reportMinutes: async ({ lease, fromMinute, untilMinute, failure, evidence }) => {
      const minutes = { from_minute: fromMinute, until_minute: untilMinute }
      const body = { source: 'agent', ...minutes, failure, evidence } as const
      await passing(() => client.reportMinutes({ params: leaseId(lease), body }))
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
      yield* passingAll(download((from) => client.getWorkloadInput({ params, from })))
    },
    storeLog: (workload, path) => storeResult(client, workloadId(workload), 'log', path),
    storeOutput: (workload, path) => storeResult(client, workloadId(workload), 'output', path),
  }
}

/** A small result in one request, a large one in pieces that a lost connection does not undo. */
async function storeResult(
  client: Client,
  params: { readonly workload_id: string },
  kind: 'log' | 'output',
  path: string,
): Promise<string> {
  const source = await fileSource(path)
  if (source.size > PIECE_BYTES) {
    return (await passing(() => upload(client, source, { result: { ...params, kind } }))).digest
  }
  const body = await source.read(0, source.size)
  const put = kind === 'log' ? client.putWorkloadLog : client.putWorkloadOutput
  return (await passing(() => put({ params, body }))).digest
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
): Outgoing & { close: () => void } {
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
  const { witness } = events
  stream.subscribe('challenges', { node_id: nodeId, witness }, (frame) => {
    events.onChallenges(frame.data.map(toAssignedChallenge))
  })
  stream.subscribe('beats', { node_id: nodeId }, (frame) => {
    events.onBeats(
      frame.data.map(({ beat_id: beat, lease_id, nonce }) => ({
        beat,
        lease: numberOf('lease', lease_id) ?? 0,
        nonce,
      })),
    )
  })
  stream.subscribe('usages', { node_id: nodeId }, (frame) => {
    events.onWatched(frame.data.leases.flatMap((id) => numberOf('lease', id) ?? []))
  })
  return {
    pushLog: ({ workload, stream: name, offset, bytes }) =>
      stream.sendLog({
        workload_id: idOf('workload', workload),
        stream: name,
        offset,
        data: base64urlEncode(bytes),
      }),
    answerBeat: (beat, nonce) => stream.sendBeat({ beat_id: beat, nonce }),
    sendUsage: (lease, { cpuUs, throttledUs, memoryMib, memoryPeakMib }) =>
      stream.sendUsage({
        lease_id: idOf('lease', lease),
        cpu_us: cpuUs,
        throttled_us: throttledUs,
        memory_mib: memoryMib,
        memory_peak_mib: memoryPeakMib,
      }),
    sendSamples: (frame) => stream.sendSamples(frame),
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
    throw passed(error)
  }
}

/** The same for bytes that come as they are read. */
async function* passingAll(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw passed(error)
  }
}

function passed(error: unknown): unknown {
  if (!(error instanceof SuanError)) return error
  if (error.retryable || error.status === 0) return new Fault(error.code, { cause: error })
  return new Refused(error.code, error.facts)
}

function toAssigned(assignment: Assignment): Assigned {
  const { lease, lease_number, nonce, suspended, workloads, funded } = assignment
  return {
    lease: lease_number,
    status: lease.status,
    resources: fromResources(lease.resources),
    nonce,
    suspended,
    notice: toNotice(lease.notice),
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

function toNotice(notice: Lease['notice']): NoticeView | null {
  const fromUs = parseTime(notice?.from_at ?? '')
  const endsAtUs = parseTime(notice?.ends_at ?? '')
  if (notice === null || fromUs === null || endsAtUs === null) return null
  return { kind: notice.kind, reason: notice.reason, fromUs, endsAtUs }
}

function toAssignedChallenge(challenge: Challenge): AssignedChallenge {
  const { id, lease_id, proof, seed, size, step, draw } = challenge
  return {
    challenge: numberOf('challenge', id) ?? 0,
    lease: lease_id === null ? null : numberOf('lease', lease_id),
    proof,
    seed,
    size,
    step,
    draw,
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
