/** The sla desk's own lines of the check table: promises and announced interruptions. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import { fieldUnless, ownNode } from '../catalog/checks.ts'
import type { Actor } from '../context.ts'
import type { MembersDesk } from '../members/members.ts'
import { refuseUnlessApproved } from '../members/proposals.ts'
import type { Rule } from '../rule.ts'
import type { SlaDesk } from './sla.ts'

/** What the sla desk sees of the others. */
export interface SlaWorld {
  readonly members: MembersDesk
  readonly catalog: CatalogDesk
  readonly sla: SlaDesk
}
type SlaCommand = 'SetSla' | 'AttachSla' | 'AnnounceMaintenance'

const PPM = 1_000_000
/** the longest window is 30 days */
const WINDOW_MINUTES = 43_200
const CHANGES_MAX = 4_096

export const slaRules: { readonly [K in SlaCommand]: Rule<K, SlaWorld> } = {
  SetSla: {
    scope: 'admin',
    checks: [
      (x, _actor, c) => {
        const next = (x.sla.newest(c.sla)?.version ?? 0) + 1
        return (
          fieldUnless(c.sla > 0, 'sla', 'it must be at least 1') ??
          fieldUnless(c.version === next, 'version', `only ${next}`)
        )
      },
      (_x, _actor, c) => checkProfile(c.profile),
    ],
    apply: (x, ctx, { sla, version, profile }) => {
      x.sla.setPromise(sla, version, profile)
      ctx.emit({ kind: 'SlaSet', sla, version, profile })
    },
  },
  AttachSla: {
    scope: 'admin',
    checks: [
      (x, _actor, { instrument }) =>
        x.catalog.instrument(instrument) === undefined
          ? refuse('NOT_FOUND', { what: 'instrument', id: instrument })
          : null,
      (x, _actor, { sla }) =>
        sla === null || x.sla.newest(sla) !== undefined ? null : refuse('SLA_UNKNOWN', { id: sla }),
      (x, _actor, { instrument }) =>
        x.sla.changesOf(instrument) < CHANGES_MAX
          ? null
          : refuse('LIMIT_REACHED', { limit: CHANGES_MAX, what: 'promises' }),
    ],
    apply: (x, ctx, { instrument, sla }) => {
      const row = sla === null ? null : (x.sla.newest(sla) ?? null)
      x.sla.attach(instrument, row, ctx.timeUs)
      ctx.emit({ kind: 'SlaAttached', instrument, sla, version: row?.version ?? 0 })
    },
  },
  AnnounceMaintenance: {
    // Who may depends on the class: a provider its own, two persons of the operator force majeure.
    scope: 'any',
    checks: [
      checkAnnouncer,
      (x, actor, c) => checkPlace(x, actor, c),
      (_x, actor, c) => checkStretch(actor, c),
      (x, actor, _c) =>
        x.sla.maintenancesOf(actor.account) < LIMITS.maintenancesPerAccount
          ? null
          : refuse('LIMIT_REACHED', {
              limit: LIMITS.maintenancesPerAccount,
              what: 'announcements',
            }),
    ],
    apply: (x, ctx, c) => {
      const { node, site, fromUs, untilUs } = c
      const announced = { account: ctx.account, node, site, fromUs, untilUs, class: c.class }
      const maintenance = x.sla.announce({ ...announced, announcedAtUs: ctx.timeUs })
      ctx.emit({ ...c, kind: 'MaintenanceAnnounced', maintenance })
    },
  },
}

type Announcement = CommandOf<'AnnounceMaintenance'>

function checkAnnouncer(x: SlaWorld, actor: Actor, c: Announcement): Refusal | null {
  if (c.class !== 'force_majeure') return x.members.authorize(actor, 'provide')
  return x.members.authorize(actor, 'admin') ?? refuseUnlessApproved(actor)
}

/** One node, or one site: the announcer's own, or anybody's where the operator speaks. */
function checkPlace(x: SlaWorld, actor: Actor, c: Announcement): Refusal | null {
  const { node, site } = c
  const isOperator = c.class === 'force_majeure'
  if (node !== null && site === null) {
    if (!isOperator) return ownNode(x.catalog, actor, node)
    return x.catalog.node(node) === undefined
      ? refuse('NOT_FOUND', { what: 'node', id: node })
      : null
  }
  if (site === null || node !== null) return fieldUnless(false, 'node', 'a node or a site')
  const row = x.catalog.sites.get(site)
  if (row === undefined) return refuse('NOT_FOUND', { what: 'site', id: site })
  return isOperator || row.account === actor.account ? null : refuse('FORBIDDEN')
}

/** Before it begins, unless nobody could know of it (rule SLA-003). */
function checkStretch(actor: Actor, c: Announcement): Refusal | null {
  const mostUs = LIMITS.maintenanceSeconds * US_PER_SECOND
  return (
    fieldUnless(c.untilUs > c.fromUs, 'untilUs', 'it must be after fromUs') ??
    fieldUnless(c.untilUs - c.fromUs <= mostUs, 'untilUs', 'out of range') ??
    fieldUnless(
      c.class === 'force_majeure' || c.fromUs >= actor.timeUs,
      'fromUs',
      'it must be in the future',
    )
  )
}

function checkProfile(p: CommandOf<'SetSla'>['profile']): Refusal | null {
  const falling = p.creditCurve.every(
    ({ belowPpm }, at) => belowPpm < (p.creditCurve[at - 1]?.belowPpm ?? Infinity),
  )
  const classes = new Set(p.maintenance.map((each) => each.class))
  const isWindow = p.windowMinutes >= 1 && p.windowMinutes <= WINDOW_MINUTES
  return (
    fieldUnless(p.name !== '', 'name', 'it must not be empty') ??
    fieldUnless(isWindow, 'windowMinutes', `it must be 1 to ${WINDOW_MINUTES}`) ??
    fieldUnless(p.availabilityPpm <= PPM, 'availabilityPpm', `it must be at most ${PPM}`) ??
    fieldUnless(p.capPpm <= PPM, 'capPpm', `it must be at most ${PPM}`) ??
    fieldUnless(
      falling &&
        p.creditCurve.every(({ belowPpm, creditPpm }) => belowPpm <= PPM && creditPpm <= PPM),
      'creditCurve',
      'best availability first, each once',
    ) ??
    fieldUnless(
      classes.size === p.maintenance.length && !classes.has('force_majeure'),
      'maintenance',
      'each class once, without force majeure',
    )
  )
}
