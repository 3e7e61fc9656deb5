import type { AllocationView, WorkloadView } from '../../messages/index.ts'
import {
  toAllocation,
  toLease,
  toWorkload,
  type EndpointGroups,
  type Endpoints,
} from '../../wire/index.ts'
import type { Caller } from '../auth/caller.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { accountOf, mustNumber, owns } from '../inputs.ts'
import { storeSpec, ticksWithin } from '../order-command.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { eventOf, submit, written } from '../submit.ts'
import { openObject } from '../objects.ts'
import { readLog } from '../workload-log.ts'
import type { AgentEndpoint } from './agent.ts'

const DEFAULT_GRACE_SECONDS = 10

type Names = Exclude<EndpointGroups['delivery'], AgentEndpoint>

export function deliveryHandlers(services: Services): Pick<Handlers, Names> {
  const { door } = services
  return {
    listAllocations: async ({ caller, query }) => {
      const account = await accountOf(services, caller, query.account_id)
      const views = await door.ask('allocations', { account, open: query.open ?? false })
      const symbolOf = await symbols(services)
      return { data: views.map((view) => toAllocation(view, symbolOf)) }
    },
    getAllocation: async ({ caller, params }) =>
      toAllocation(
        await ownAllocation(services, caller, params.allocation_id),
        await symbols(services),
      ),
    closeAllocation: async (incoming) => {
      const { caller, params } = incoming
      const { allocation } = await ownAllocation(services, caller, params.allocation_id)
      return written(await submit(services, incoming, { kind: 'CloseAllocation', allocation }))
    },
    setDuration: async (incoming) => {
      const { caller, params, body } = incoming
      const { allocation } = await ownAllocation(services, caller, params.allocation_id)
      const durationSeconds = body.duration_seconds
      return written(
        await submit(services, incoming, { kind: 'SetDuration', allocation, durationSeconds }),
      )
    },
    setReplacement: async (incoming) => {
      const { caller, params, body } = incoming
      const view = await ownAllocation(services, caller, params.allocation_id)
      const { allocation, leases } = view
      const instrument = await services.catalog.byNumber(leases[0]?.instrument ?? 0)
      const ticks = ticksWithin('max_price', body.max_price, instrument)
      return written(
        await submit(services, incoming, { kind: 'AskReplacement', allocation, ticks }),
      )
    },
    suspendAllocation: async (incoming) => {
      const { caller, params } = incoming
      const { allocation } = await ownAllocation(services, caller, params.allocation_id)
      return written(await submit(services, incoming, { kind: 'SuspendAllocation', allocation }))
    },
    resumeAllocation: async (incoming) => {
      const { caller, params } = incoming
      const { allocation } = await ownAllocation(services, caller, params.allocation_id)
      return written(await submit(services, incoming, { kind: 'ResumeAllocation', allocation }))
    },
    startWorkload: (incoming) => startWorkload(services, incoming),
    getLease: async ({ caller, params }) => {
      const view = await door.ask('lease', { lease: mustNumber('lease', params.lease_id) })
      const isParty =
        view !== null &&
        ((await owns(services, caller, view.buyAccount)) ||
          (await owns(services, caller, view.sellAccount)))
      if (!isParty) throw refused('NOT_FOUND', { what: 'lease', id: params.lease_id })
      return toLease(view, (await symbols(services))(view.instrument))
    },
    listSoldLeases: async ({ caller, query }) => {
      const account = await accountOf(services, caller, query.account_id)
      const views = await door.ask('soldLeases', { account })
      const symbolOf = await symbols(services)
      return { data: views.map((view) => toLease(view, symbolOf(view.instrument))) }
    },
    listWorkloads: async ({ caller, query }) => {
      const account = await accountOf(services, caller, query.account_id)
      const views = await door.ask('workloads', { account, open: query.open ?? false })
      return { data: views.map(toWorkload) }
    },
    getWorkload: async ({ caller, params }) =>
      toWorkload(await ownWorkload(services, caller, params.workload_id)),
    getWorkloadBytes: async ({ caller, params }) => {
      const { workload } = await ownWorkload(services, caller, params.workload_id)
      const { objects, tunnels } = services.moved.of(workload)
      return {
        workload_id: params.workload_id,
        objects_in: objects.in,
        objects_out: objects.out,
        tunnels_in: tunnels.in,
        tunnels_out: tunnels.out,
      }
    },
    stopWorkload: async (incoming) => {
      const { caller, params, query } = incoming
      const { workload } = await ownWorkload(services, caller, params.workload_id)
      const graceSeconds = query.grace_seconds ?? DEFAULT_GRACE_SECONDS
      return written(
        await submit(services, incoming, { kind: 'StopWorkload', workload, graceSeconds }),
      )
    },
    getWorkloadLog: async ({ caller, params, query }) => {
      const view = await ownWorkload(services, caller, params.workload_id)
      const chunks = await readLog(services, view, query.stream ?? 'both', query.tail ?? null)
      return { type: 'text/plain; charset=utf-8', size: null, chunks }
    },
    getWorkloadOutput: async ({ caller, params, request }) => {
      const view = await ownWorkload(services, caller, params.workload_id)
      const what = { what: 'output', id: params.workload_id }
      if (view.outputDigest === null) throw refused('NOT_FOUND', what)
      const found = await openObject(services, view.account, view.outputDigest, request)
      return { ...found, type: 'application/x-tar' }
    },
  }
}

/** The symbol of an instrument by its number. */
export async function symbols({ catalog }: Services): Promise<(instrument: number) => string> {
  const { instruments } = await catalog.goods()
  return (instrument) => instruments.get(instrument)?.symbol ?? ''
}

async function ownAllocation(
  services: Services,
  caller: Caller,
  id: string,
): Promise<AllocationView> {
  const view = await services.door.ask('allocation', { allocation: mustNumber('allocation', id) })
  if (view !== null && (await owns(services, caller, view.account))) return view
  throw refused('NOT_FOUND', { what: 'allocation', id })
}

/** A workload of the caller's member. Refuses with NOT_FOUND. */
async function ownWorkload(services: Services, caller: Caller, id: string): Promise<WorkloadView> {
  const view = await services.door.ask('workload', { workload: mustNumber('workload', id) })
  if (view !== null && (await owns(services, caller, view.account))) return view
  throw refused('NOT_FOUND', { what: 'workload', id })
}

async function startWorkload(services: Services, incoming: Incoming<Endpoints['startWorkload']>) {
  const { caller, params, body } = incoming
  const view = await ownAllocation(services, caller, params.allocation_id)
  const reply = await submit(services, incoming, {
    kind: 'StartWorkload',
    allocation: view.allocation,
    specDigest: await storeSpec(services, view.account, body.spec),
    closeAllocation: body.close_allocation ?? false,
  })
  const queued = eventOf(reply, 'WorkloadQueued')
  const workload: WorkloadView = {
    ...queued,
    status: 'queued',
    exitCode: null,
    end: null,
    logDigest: null,
    outputDigest: null,
    queuedAtUs: reply.timeUs,
    startedAtUs: null,
    endedAtUs: null,
    stopRequested: null,
  }
  return { ...written(reply), workload: toWorkload(workload) }
}
