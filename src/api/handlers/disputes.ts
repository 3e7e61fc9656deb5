/** Meters that disagree: the buyer's own readings, and bills that are disputed. */
import type { DisputeView } from '../../messages/index.ts'
import { toBuyerMeter, toDispute, type EndpointGroups } from '../../wire/index.ts'
import { mustScope, type Caller } from '../auth/caller.ts'
import type { Handlers } from '../handler.ts'
import { accountOf, mustNumber, owns, pageArgs, toPage } from '../inputs.ts'
import { openObject } from '../objects.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { SignedMeters } from '../signed-meters.ts'
import { eventOf, submit, written } from '../submit.ts'

export function disputeHandlers(services: Services): Pick<Handlers, EndpointGroups['disputes']> {
  const { door } = services
  const meters = new SignedMeters(services)
  return {
    reportBuyerMeter: async (incoming) => {
      const { body, params } = incoming
      const reply = await submit(services, incoming, {
        kind: 'ReportBuyerMeter',
        lease: mustNumber('lease', params.lease_id),
        coveredSeconds: body.covered_seconds,
        cpuUs: body.cpu_us ?? null,
        evidence: body.evidence,
      })
      const { reading, ...read } = eventOf(reply, 'BuyerMeterRead')
      return { ...written(reply), meter: toBuyerMeter({ ...read, readings: reading }) }
    },
    getBuyerMeter: async ({ caller, params }) => {
      const lease = mustNumber('lease', params.lease_id)
      const view = await door.ask('lease', { lease })
      if (view === null || !(await isParty(services, caller, view))) {
        throw refused('NOT_FOUND', { what: 'lease', id: params.lease_id })
      }
      const meter = await door.ask('buyerMeter', { lease })
      return { meter: meter === null ? null : toBuyerMeter(meter) }
    },
    listDisputes: async ({ caller, query }) => {
      if (query.all === true) mustScope(caller.key, 'admin')
      const account =
        query.all === true ? null : await accountOf(services, caller, query.account_id)
      const { limit, before } = pageArgs(query)
      const { open = null, side = null } = query
      const args = { account, side, open, limit, before }
      const views = await door.ask('disputes', args)
      return toPage(views, query, { positionOf: ({ dispute }) => dispute, map: toDispute })
    },
    getDispute: async ({ caller, params }) =>
      toDispute(await seenDispute(services, caller, params.dispute_id)),
    listDisputeReports: async ({ caller, params }) => ({
      data: await meters.of(await seenDispute(services, caller, params.dispute_id)),
    }),
    getDisputeEvidence: async ({ caller, params, request }) => {
      const { buyAccount, buyer } = await seenDispute(services, caller, params.dispute_id)
      return openObject(services, buyAccount, buyer.evidence, request)
    },
  }
}

/** A dispute of either party, or any for the operator. Refuses with NOT_FOUND. */
async function seenDispute(services: Services, caller: Caller, id: string): Promise<DisputeView> {
  const view = await services.door.ask('dispute', { dispute: mustNumber('dispute', id) })
  const isOperator = caller.key.scopes.includes('admin')
  if (view !== null && (isOperator || (await isParty(services, caller, view)))) return view
  throw refused('NOT_FOUND', { what: 'dispute', id })
}

async function isParty(
  services: Services,
  caller: Caller,
  parties: { readonly buyAccount: number; readonly sellAccount: number },
): Promise<boolean> {
  const { buyAccount, sellAccount } = parties
  return (await owns(services, caller, buyAccount)) || (await owns(services, caller, sellAccount))
}
