/** Promises of delivery: what is promised, which minutes failed, and the beats of probers. */
import { formatTime } from '../../kernel/index.ts'
import type { LeaseView } from '../../messages/index.ts'
import {
  fromProfile,
  idOf,
  toLeaseSla,
  toSla,
  type EndpointGroups,
  type Endpoints,
} from '../../wire/index.ts'
import type { Caller } from '../auth/caller.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { mustNumber, mustTime, numberOrNull, owns } from '../inputs.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { eventOf, eventsOf, submit, written } from '../submit.ts'

export function slaHandlers(services: Services): Pick<Handlers, EndpointGroups['sla']> {
  const { door, catalog } = services
  return {
    listSlas: async () => ({ data: (await door.ask('slas', {})).map(toSla) }),
    setSla: async (incoming) => {
      const { version } = incoming.body
      const sla = mustNumber('sla', incoming.params.sla_id)
      const profile = fromProfile(incoming.body)
      return written(await submit(services, incoming, { kind: 'SetSla', sla, version, profile }))
    },
    attachSla: async (incoming) => {
      const { instrument } = await catalog.bySymbol(incoming.params.symbol)
      const sla = numberOrNull('sla', incoming.body.sla_id)
      return written(await submit(services, incoming, { kind: 'AttachSla', instrument, sla }))
    },
    getLeaseSla: ({ caller, params }) => leaseSla(services, caller, params.lease_id),
    reportMinutes: async (incoming) => {
      const { body, params } = incoming
      const reply = await submit(services, incoming, {
        kind: 'ReportMinutes',
        lease: mustNumber('lease', params.lease_id),
        source: body.source,
        fromMinute: body.from_minute,
        untilMinute: body.until_minute,
        failure: body.failure,
        evidence: body.evidence,
      })
      const breaches = eventsOf(reply, 'BreachMinutes').map((event) => ({
        from_minute: event.fromMinute,
        until_minute: event.untilMinute,
      }))
      return { ...written(reply), breaches }
    },
    announceMaintenance: async (incoming) => {
      const { body } = incoming
      const reply = await submit(services, incoming, {
        kind: 'AnnounceMaintenance',
        node: numberOrNull('node', body.node_id),
        site: numberOrNull('site', body.site_id),
        fromUs: mustTime('from_at', body.from_at),
        untilUs: mustTime('until_at', body.until_at),
        class: body.class,
        reason: body.reason ?? '',
      })
      const { maintenance } = eventOf(reply, 'MaintenanceAnnounced')
      return { ...written(reply), maintenance_id: idOf('maintenance', maintenance) }
    },
    listProbes: async ({ caller }) => {
      await mustAssess(services, caller)
      const probes = await door.ask('probes', {})
      return {
        data: probes.map(({ lease, node, readyAtUs }) => ({
          lease_id: idOf('lease', lease),
          node_id: idOf('node', node),
          ready_at: formatTime(readyAtUs),
        })),
      }
    },
    beat: (incoming) => beat(services, incoming),
  }
}

async function leaseSla(services: Services, caller: Caller, id: string) {
  const { door, readModels } = services
  const lease = mustNumber('lease', id)
  const view = await door.ask('lease', { lease })
  const sla = await door.ask('leaseSla', { lease })
  if (view === null || sla === null || !(await isParty(services, caller, view))) {
    throw refused('NOT_FOUND', { what: 'lease', id })
  }
  const [breaches, credits] = await Promise.all([
    readModels.breaches({ lease }),
    readModels.slaCredits({ lease }),
  ])
  return toLeaseSla(sla, view, breaches, credits)
}

async function isParty(services: Services, caller: Caller, view: LeaseView): Promise<boolean> {
  return (
    (await owns(services, caller, view.buyAccount)) ||
    (await owns(services, caller, view.sellAccount))
  )
}

/** Who may look at leases of others: only whether they answer. Refuses with FORBIDDEN. */
export async function mustAssess({ door }: Services, caller: Caller): Promise<void> {
  const member = await door.ask('member', { member: caller.key.member })
  if (member?.roles.includes('assessor') !== true) throw refused('FORBIDDEN')
}

/** A lease that is not to be probed has no answer. */
async function beat(services: Services, incoming: Incoming<Endpoints['beat']>) {
  await mustAssess(services, incoming.caller)
  const probes = await services.door.ask('probes', {})
  const nodes = new Map(probes.map(({ lease, node }) => [lease, node]))
  const asked = incoming.body.beats.map(({ lease_id, nonce }) => {
    const lease = mustNumber('lease', lease_id)
    return { lease, node: nodes.get(lease) ?? null, nonce }
  })
  const answers = await services.beats.ask(asked)
  return {
    data: answers.map(({ lease, answer, ms }) => ({ lease_id: idOf('lease', lease), answer, ms })),
  }
}
