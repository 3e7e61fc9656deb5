/** What each catalog command needs, and what it does. */
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { Actor, Context } from '../context.ts'
import type { MembersDesk } from '../members/members.ts'
import type { Rule } from '../rule.ts'
import type { Counters } from '../table.ts'
import type { CatalogDesk } from './catalog.ts'
import { fieldUnless } from './checks.ts'
import { checkListing, checkReference } from './listing-checks.ts'

/** What the catalog desk sees of the others. */
export interface CatalogWorld {
  readonly counters: Counters
  readonly catalog: CatalogDesk
  readonly members: MembersDesk
}

const addHub: Rule<'AddHub', CatalogWorld> = {
  scope: 'admin',
  checks: [
    (_x, _actor, c) => fieldUnless(c.code !== '', 'code', 'it must not be empty'),
    (x, _actor, c) =>
      taken(
        x.catalog.hubs.rows().some((row) => row.code === c.code),
        'hub',
        c.code,
      ),
  ],
  apply: (x, ctx, c) => {
    const row = { hub: x.counters.next('hub'), code: c.code, name: c.name }
    x.catalog.hubs.insert(row)
    ctx.emit({ kind: 'HubAdded', ...row })
  },
}

const addSite: Rule<'AddSite', CatalogWorld> = {
  scope: 'provide',
  checks: [
    (x, actor) =>
      x.members.hasRole(actor.account, 'provider')
        ? null
        : refuse('ROLE_MISSING', { role: 'provider' }),
    (x, _actor, c) =>
      x.catalog.hubs.has(c.hub) ? null : refuse('NOT_FOUND', { what: 'hub', id: c.hub }),
    (_x, _actor, c) => fieldUnless(c.handle !== '', 'handle', 'it must not be empty'),
    (x, actor, c) => taken(x.catalog.siteNamed(actor.account, c.handle), 'site', c.handle),
  ],
  apply: (x, ctx, c) => {
    const site = x.counters.next('site')
    x.catalog.addSite({ site, account: ctx.account, hub: c.hub, handle: c.handle })
    ctx.emit({ kind: 'SiteAdded', site, account: ctx.account, hub: c.hub, handle: c.handle })
  },
}

const registerNode: Rule<'RegisterNode', CatalogWorld> = {
  scope: 'provide',
  checks: [
    (x, actor, c) => {
      const site = x.catalog.sites.get(c.site)
      if (site === undefined) return refuse('NOT_FOUND', { what: 'site', id: c.site })
      return site.account === actor.account ? null : refuse('FORBIDDEN')
    },
    (x, actor) => {
      const full = x.catalog.nodesOf(actor.account).length >= LIMITS.nodesPerAccount
      return full ? refuse('LIMIT_REACHED', { limit: LIMITS.nodesPerAccount, what: 'nodes' }) : null
    },
    (_x, _actor, c) => fieldUnless(c.handle !== '', 'handle', 'it must not be empty'),
    (x, actor, c) =>
      taken(
        x.catalog.nodesOf(actor.account).some((row) => row.handle === c.handle),
        'node',
        c.handle,
      ),
    (x, _actor, c) =>
      taken(x.catalog.nodeByPublicKey(c.publicKey) !== undefined, 'node', c.publicKey),
  ],
  apply: applyRegisterNode,
}

const defineSku: Rule<'DefineSku', CatalogWorld> = {
  scope: 'admin',
  checks: [
    (_x, _actor, c) => fieldUnless(c.code !== '', 'code', 'it must not be empty'),
    (_x, _actor, c) => {
      const { cores, memoryMib, diskMib, cards } = c.bundle
      return fieldUnless(
        cores + memoryMib + diskMib + cards > 0,
        'bundle',
        'it must hold something',
      )
    },
    (x, _actor, c) =>
      taken(
        x.catalog.skus.rows().some((row) => row.code === c.code),
        'sku',
        c.code,
      ),
  ],
  apply: (x, ctx, c) => {
    const { code, class: skuClass, unit, bundle, name } = c
    const row = { sku: x.counters.next('sku'), code, class: skuClass, unit, bundle, name }
    x.catalog.skus.insert(row)
    ctx.emit({ kind: 'SkuDefined', ...row })
  },
}

const listInstrument: Rule<'ListInstrument', CatalogWorld> = {
  scope: 'admin',
  checks: [
    (x, _actor, c) =>
      x.catalog.skus.has(c.sku) ? null : refuse('NOT_FOUND', { what: 'sku', id: c.sku }),
    (x, _actor, c) =>
      x.catalog.hubs.has(c.hub) ? null : refuse('NOT_FOUND', { what: 'hub', id: c.hub }),
    (_x, _actor, c) => checkListing(c),
    (x, _actor, c) =>
      taken(x.catalog.instrumentBySymbol(c.symbol) !== undefined, 'instrument', c.symbol),
    (x, _actor, c) => {
      const same = x.catalog.instrumentFor(c.sku, c.grade, c.hub)
      return taken(same !== undefined, 'instrument', same?.symbol ?? '')
    },
  ],
  apply: (x, ctx, c) => {
    const { kind: _kind, ...terms } = c
    const instrument = x.counters.next('instrument')
    const tickMicro = Number(terms.tickMicro)
    x.catalog.addInstrument({ instrument, ...terms, tickMicro, status: 'listed' })
    ctx.emit({ kind: 'InstrumentListed', instrument, ...terms })
  },
}

const setInstrumentStatus: Rule<'SetInstrumentStatus', CatalogWorld> = {
  scope: 'admin',
  checks: [mustBeListed],
  apply: (x, ctx, c) => {
    const { instrument, status, reason } = c
    x.catalog.setInstrumentStatus(x.catalog.mustInstrument(instrument), status)
    ctx.emit({ kind: 'InstrumentStatusSet', instrument, status, reason })
  },
}

const setReference: Rule<'SetReference', CatalogWorld> = {
  scope: 'admin',
  checks: [mustBeListed, (_x, _actor, c) => checkReference(c)],
  apply: (x, ctx, c) => {
    const { instrument, referenceTicks, bandPpm } = c
    Object.assign(x.catalog.mustInstrument(instrument), { referenceTicks, bandPpm })
    ctx.emit({ kind: 'ReferenceSet', instrument, referenceTicks, bandPpm })
  },
}

function applyRegisterNode(x: CatalogWorld, ctx: Context, c: CommandOf<'RegisterNode'>): void {
  const { site, handle, publicKey } = c
  const node = x.counters.next('node')
  x.catalog.addNode({
    node,
    account: ctx.account,
    site,
    hub: x.catalog.sites.must(site).hub,
    handle,
    publicKey,
    status: 'registered',
    connected: false,
    isolation: 'none',
    attested: null,
    reserve: { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 },
    inventoryDigest: null,
    grades: [],
    evaluation: null,
    expiryTimer: 0,
  })
  ctx.emit({ kind: 'NodeRegistered', node, account: ctx.account, site, handle, publicKey })
}

function mustBeListed(
  x: CatalogWorld,
  _actor: Actor,
  c: { readonly instrument: number },
): Refusal | null {
  const row = x.catalog.instrument(c.instrument)
  if (row === undefined) return refuse('NOT_FOUND', { what: 'instrument', id: c.instrument })
  return row.status === 'delisted' ? refuse('INSTRUMENT_DELISTED', { symbol: row.symbol }) : null
}

function taken(is: boolean, what: string, id: string): Refusal | null {
  return is ? refuse('ALREADY_EXISTS', { what, id }) : null
}

export const catalogRules = {
  AddHub: addHub,
  AddSite: addSite,
  RegisterNode: registerNode,
  DefineSku: defineSku,
  ListInstrument: listInstrument,
  SetInstrumentStatus: setInstrumentStatus,
  SetReference: setReference,
} as const
