import type { InstrumentView, NodeView } from '../../messages/index.ts'
import {
  fromResources,
  idOf,
  toNode,
  toSite,
  type EndpointGroups,
  type Endpoints,
} from '../../wire/index.ts'
import type { Caller } from '../auth/caller.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { caughtUp, mustNumber, mustTicks, mustTime, owns, timeInput } from '../inputs.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { eventOf, submit, written } from '../submit.ts'

export function providerHandlers(services: Services): Pick<Handlers, EndpointGroups['provider']> {
  const { door, catalog, readModels } = services
  return {
    listSites: async ({ caller, query }) => {
      await caughtUp(services, query)
      const rows = await readModels.sites({ account: caller.key.account })
      return { data: rows.map(toSite) }
    },
    addSite: async (incoming) => {
      const { hub_id: hub, handle } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'AddSite',
        hub: mustNumber('hub', hub),
        handle,
      })
      return { ...written(reply), site: toSite(eventOf(reply, 'SiteAdded')) }
    },
    listNodes: async ({ caller }) => ({
      data: (await door.ask('nodes', { account: caller.key.account })).map(toNode),
    }),
    getNode: async ({ caller, params }) => toNode(await ownNode(services, caller, params.node_id)),
    registerNode: async (incoming) => {
      const { site_id: site, handle, public_key: publicKey } = incoming.body
      const reply = await submit(services, incoming, {
        kind: 'RegisterNode',
        site: mustNumber('site', site),
        handle,
        publicKey,
      })
      const { node } = eventOf(reply, 'NodeRegistered')
      return { ...written(reply), node_id: idOf('node', node), node_number: node }
    },
    attestNode: async (incoming) => {
      const { body, caller, params } = incoming
      const reply = await submit(services, incoming, {
        kind: 'AttestNode',
        node: (await ownNode(services, caller, params.node_id)).node,
        attested: fromResources(body.attested),
        reserve: fromResources(body.reserve),
        isolation: body.isolation,
        inventoryDigest: body.inventory_digest,
      })
      return written(reply)
    },
    reportAbilities: async (incoming) => {
      const { body, caller, params } = incoming
      const { node } = await ownNode(services, caller, params.node_id)
      const { abilities } = body
      return written(await submit(services, incoming, { kind: 'ReportAbilities', node, abilities }))
    },
    setNodeStatus: async (incoming) => {
      const { body, caller, params } = incoming
      const { node } = await ownNode(services, caller, params.node_id)
      const { status, reason = '' } = body
      return written(
        await submit(services, incoming, { kind: 'SetNodeStatus', node, status, reason }),
      )
    },
    setOffer: (incoming) => setOffer(services, incoming),
    withdrawOffer: async (incoming) => {
      const { caller, params } = incoming
      const { node } = await ownNode(services, caller, params.node_id)
      const { sku } = await catalog.skuById(params.sku_id)
      return written(await submit(services, incoming, { kind: 'WithdrawOffer', node, sku }))
    },
    commitCapacity: async (incoming) => {
      const { body, caller } = incoming
      const reply = await submit(services, incoming, {
        kind: 'CommitCapacity',
        node: (await ownNode(services, caller, body.node_id)).node,
        resources: fromResources(body.resources),
        fromUs: mustTime('from_at', body.from_at),
        untilUs: mustTime('until_at', body.until_at),
        reason: body.reason,
      })
      const { commitment } = eventOf(reply, 'CapacityCommitted')
      return { ...written(reply), commitment_id: idOf('commitment', commitment) }
    },
    releaseCommitment: async (incoming) => {
      const commitment = mustNumber('commitment', incoming.params.commitment_id)
      return written(await submit(services, incoming, { kind: 'ReleaseCommitment', commitment }))
    },
  }
}

/** A node of the caller's member. Refuses with NOT_FOUND. */
export async function ownNode(services: Services, caller: Caller, id: string): Promise<NodeView> {
  const view = await services.door.ask('node', { node: mustNumber('node', id) })
  if (view !== null && (await owns(services, caller, view.account))) return view
  throw refused('NOT_FOUND', { what: 'node', id })
}

async function setOffer(services: Services, incoming: Incoming<Endpoints['setOffer']>) {
  const { body, caller, params } = incoming
  const view = await ownNode(services, caller, params.node_id)
  const { sku } = await services.catalog.skuById(params.sku_id)
  const reply = await submit(services, incoming, {
    kind: 'SetOffer',
    node: view.node,
    sku,
    priceTicks: mustTicks('price', body.price, await instrumentFor(services, view, sku)),
    maxUnits: body.max_units,
    untilUs: timeInput('until_at', body.until_at),
  })
  return written(reply)
}

/**
 * The instrument that the node is graded for, whose tick prices are counted in; while it has no
 * grade, any instrument of the SKU and hub. Refuses with GRADE_MISSING when there is none.
 */
async function instrumentFor(
  services: Services,
  view: NodeView,
  sku: number,
): Promise<InstrumentView> {
  const grade = view.grades.find((one) => one.sku === sku)?.grade
  const { instruments } = await services.catalog.goods()
  const fitting = [...instruments.values()].filter(
    (one) => one.sku.sku === sku && one.hub.hub === view.hub,
  )
  const found = fitting.find((one) => one.grade === grade) ?? fitting[0]
  if (found === undefined) throw refused('GRADE_MISSING', { node: idOf('node', view.node) })
  return found
}
