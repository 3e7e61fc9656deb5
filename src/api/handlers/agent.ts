/** What a node's daemon reports and fetches: only with its own key, only for its own node. */
import { encoded } from '../encoded.ts'
import { decode } from '../../kernel/index.ts'
import {
  LIMITS,
  meterStatement,
  workloadSpec,
  type LeaseView,
  type WorkloadView,
} from '../../messages/index.ts'
import { toChallenge, type EndpointGroups, type Endpoints } from '../../wire/index.ts'
import { assignmentsOf } from '../assignments.ts'
import type { Caller } from '../auth/caller.ts'
import type { ByteBody, Handlers, Incoming } from '../handler.ts'
import { mustNumber } from '../inputs.ts'
import { openObject, readObject, storeBody } from '../objects.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { submit, written } from '../submit.ts'

export type AgentEndpoint = Extract<
  EndpointGroups['delivery'],
  | 'listAssignments'
  | 'reclaimAllocation'
  | `report${string}`
  | 'getWorkloadSpec'
  | 'getWorkloadInput'
  | 'putWorkloadLog'
  | 'putWorkloadOutput'
>

export const SPEC_BYTES = 1_048_576
/** a packed log: its bytes, and an eighth more for the heads of its pieces */
export const LOG_OBJECT_BYTES = LIMITS.logBytes + LIMITS.logBytes / 8

export function agentHandlers(services: Services): Pick<Handlers, AgentEndpoint> {
  return { ...reportHandlers(services), ...transferHandlers(services) }
}

type ReportEndpoint = Extract<
  AgentEndpoint,
  'listAssignments' | 'reclaimAllocation' | `report${string}`
>

function reportHandlers(services: Services): Pick<Handlers, ReportEndpoint> {
  return {
    listAssignments: async ({ caller, params }) => {
      const node = mustOwnNode(caller, mustNumber('node', params.node_id), params.node_id)
      const [assigned, open] = await Promise.all([
        assignmentsOf(services, node),
        services.door.ask('challenges', { node, open: true }),
      ])
      return { ...assigned, challenges: open.map(toChallenge) }
    },
    reclaimAllocation: async (incoming) => {
      const allocation = mustNumber('allocation', incoming.params.allocation_id)
      const { reason } = incoming.body
      return written(
        await submit(services, incoming, { kind: 'ReclaimAllocation', allocation, reason }),
      )
    },
    reportReady: async (incoming) => {
      const { lease } = await nodeLease(services, incoming.caller, incoming.params.lease_id)
      const { nonce } = incoming.body
      return written(await submit(services, incoming, { kind: 'ReportReady', lease, nonce }))
    },
    reportProgress: async (incoming) => {
      const { lease } = await nodeLease(services, incoming.caller, incoming.params.lease_id)
      const { bytes_done: bytesDone, bytes_total: bytesTotal } = incoming.body
      const command = { kind: 'ReportStartProgress', lease, bytesDone, bytesTotal } as const
      return written(await submit(services, incoming, command))
    },
    reportStartFailure: async (incoming) => {
      const { lease } = await nodeLease(services, incoming.caller, incoming.params.lease_id)
      const command = { kind: 'ReportStartFailure', lease, ...incoming.body } as const
      return written(await submit(services, incoming, command))
    },
    reportWorkload: async (incoming) => {
      const { body, caller, params } = incoming
      const { workload, account } = await nodeWorkload(services, caller, params.workload_id)
      for (const digest of [body.log_digest, body.output_digest]) {
        if (typeof digest === 'string') await mustHold(services, account, digest)
      }
      const reply = await submit(services, incoming, {
        kind: 'ReportWorkload',
        workload,
        status: body.status,
        exitCode: body.exit_code ?? null,
        end: body.end ?? null,
        logDigest: body.log_digest ?? null,
        outputDigest: body.output_digest ?? null,
      })
      // The whole log is an object now; until here it was read from what the daemon had sent.
      if (typeof body.log_digest === 'string') await services.logs.forget(workload)
      return written(reply)
    },
    reportMeters: (incoming) => reportMeters(services, incoming),
  }
}

/** The signature is checked here, against the node's own key; the chain is checked by the core. */
async function reportMeters(services: Services, incoming: Incoming<Endpoints['reportMeters']>) {
  const { body, caller } = incoming
  const node = mustOwnNode(caller, mustNumber('node', body.node_id), body.node_id)
  const { period, previous, signature } = body
  const readings = body.readings.map((reading) => ({
    lease: mustNumber('lease', reading.lease_id),
    coveredSeconds: reading.covered_seconds,
    cpuUs: reading.cpu_us,
    memoryPeakMib: reading.memory_peak_mib,
    final: reading.final,
  }))
  const { venue } = await services.door.ask('status', {})
  const bytes = encoded(meterStatement, { venue, node, period, previous, readings })
  const view = await services.door.ask('node', { node })
  const isSigned =
    view !== null && (await services.signatures.isBy(view.publicKey, bytes, signature))
  if (!isSigned) throw refused('SIGNATURE_INVALID')
  const command = { kind: 'ReportMeters', node, period, previous, readings, signature } as const
  return written(await submit(services, incoming, command))
}

function transferHandlers(
  services: Services,
): Pick<Handlers, Exclude<AgentEndpoint, ReportEndpoint>> {
  return {
    getWorkloadSpec: async ({ caller, params }) => {
      const view = await nodeWorkload(services, caller, params.workload_id)
      return openObject(services, view.account, view.specDigest)
    },
    getWorkloadInput: async ({ caller, params, request }) => {
      const view = await nodeWorkload(services, caller, params.workload_id)
      const bytes = await readObject(services, view.account, view.specDigest, SPEC_BYTES)
      const inputs = bytes === null ? [] : decode(workloadSpec, bytes).inputs
      if (!inputs.some((input) => input.digest === params.digest)) {
        throw refused('NOT_FOUND', { what: 'input', id: params.digest })
      }
      const answer = await openObject(services, view.account, params.digest, request)
      return { ...answer, chunks: services.moved.object(view.workload, 'in', answer.chunks) }
    },
    putWorkloadLog: async ({ caller, params, body }) => {
      const view = await nodeWorkload(services, caller, params.workload_id)
      return storeBody(services, view.account, outOf(services, view, body), {
        maxBytes: LOG_OBJECT_BYTES,
        quotaBytes: null,
      })
    },
    putWorkloadOutput: async ({ caller, params, body }) => {
      const view = await nodeWorkload(services, caller, params.workload_id)
      return storeBody(services, view.account, outOf(services, view, body), {
        maxBytes: LIMITS.outputBytes,
        quotaBytes: null,
      })
    },
  }
}

/** What a workload made, counted as it passes. */
function outOf({ moved }: Services, { workload }: WorkloadView, body: ByteBody): ByteBody {
  return { ...body, chunks: moved.object(workload, 'out', body.chunks) }
}

/** A daemon reports only what it has stored: the buyer must be able to read it. */
async function mustHold(services: Services, account: number, digest: string): Promise<void> {
  const found = await services.objects.get(account, digest)
  if (found === null) throw refused('NOT_FOUND', { what: 'object', id: digest })
}

/** The node when the key is its daemon's. Refuses with NOT_FOUND. */
export function mustOwnNode(caller: Caller, node: number, id: string): number {
  if (caller.key.node === node) return node
  throw refused('NOT_FOUND', { what: 'node', id })
}

async function nodeLease(services: Services, caller: Caller, id: string): Promise<LeaseView> {
  const view = await services.door.ask('lease', { lease: mustNumber('lease', id) })
  if (view !== null && view.node === caller.key.node) return view
  throw refused('NOT_FOUND', { what: 'lease', id })
}

/** A workload on the caller's own node. Refuses with NOT_FOUND. */
export async function nodeWorkload(
  services: Services,
  caller: Caller,
  id: string,
): Promise<WorkloadView> {
  const view = await services.door.ask('workload', { workload: mustNumber('workload', id) })
  if (view !== null && view.node === caller.key.node) return view
  throw refused('NOT_FOUND', { what: 'workload', id })
}
