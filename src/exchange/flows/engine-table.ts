/** The engine's own commands. */
import { assert } from '../../kernel/index.ts'
import { refuse, TimerFailure, type CommandOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { resumeAfterGap } from '../delivery/contact.ts'
import { refuseUnlessApproved } from '../members/proposals.ts'
import type { Rule } from '../rule.ts'
import { RULES_KNOWN } from '../venue.ts'
import { fire } from './timers.ts'
import type { Desks } from './world.ts'

type Kinds =
  | 'Genesis'
  | 'Tick'
  | 'ResumeAfterGap'
  | 'ReleaseQuarantine'
  | 'HoldTimer'
  | 'ReleaseTimer'
  | 'ActivateRules'

export const engineTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  Genesis: { scope: 'system', checks: [], apply: genesis },
  Tick: { scope: 'system', checks: [], apply: tick },
  ResumeAfterGap: {
    scope: 'system',
    checks: [],
    apply: (x, ctx, { fromUs, toUs }) => {
      // Whatever failed meanwhile is not the seller's (rule SLA-007).
      x.sla.addGap(fromUs, toUs)
      resumeAfterGap(x, ctx, fromUs, toUs)
    },
  },
  // The engine keeps the list of quarantined ids; the journal keeps who released one.
  ReleaseQuarantine: {
    scope: 'admin',
    checks: [],
    apply: (_x, ctx, { account, command }) =>
      ctx.emit({ kind: 'QuarantineReleased', account, command }),
  },
  HoldTimer: {
    scope: 'system',
    checks: [],
    apply: (x, ctx, command) => {
      const held = x.timers.hold(command.timer)
      if (held === null) return
      const { id: timer, kind: what, subject } = held
      ctx.emit({ kind: 'TimerHeld', timer, what, subject })
    },
  },
  // One that went meanwhile, with what it was for, only leaves the engine's list.
  ReleaseTimer: {
    scope: 'admin',
    checks: [
      (x, _actor, { timer }) =>
        x.timers.isHeld(timer) || x.timers.isGone(timer)
          ? null
          : refuse('NOT_FOUND', { what: 'held timer', id: timer }),
    ],
    apply: (x, ctx, { timer }) => {
      if (x.timers.isHeld(timer)) x.timers.release(timer, ctx.timeUs)
      ctx.emit({ kind: 'TimerReleased', timer })
    },
  },
  // Rule ENG-005: forward only, and only to rules that the software knows.
  ActivateRules: {
    scope: 'admin',
    checks: [
      (_x, actor) => refuseUnlessApproved(actor),
      (x, _actor, { version }) =>
        RULES_KNOWN.includes(version) && version > x.venue.row.rules
          ? null
          : refuse('RULES_UNKNOWN', { version }),
    ],
    apply: (x, ctx, { version }) => {
      x.venue.row.rules = version
      ctx.emit({ kind: 'RulesActivated', version })
    },
  },
}

function genesis(x: Desks, ctx: Context, command: CommandOf<'Genesis'>): void {
  assert(!x.venue.opened, 'a journal has one Genesis, its first record')
  x.venue.open(command)
  const { venue, exchangePublicKey, rules } = command
  ctx.emit({ kind: 'VenueOpened', venue, exchangePublicKey, rules })
  x.members.bootstrapOperator(ctx, command.operatorSecret)
}

/**
 * Fires due timers in (due, id) order, each at its own due time; what is left when the limit is
 * reached, or the events of the command, is for the next.
 */
function tick(x: Desks, ctx: Context, command: CommandOf<'Tick'>): void {
  const nowUs = ctx.timeUs
  for (let fired = 0; fired < command.limit && !ctx.isFull; fired++) {
    const timer = x.timers.take(nowUs)
    if (timer === null) break
    ctx.timeUs = timer.dueUs
    try {
      fire(x, ctx, timer)
    } catch (error) {
      // Not to go on, but to say which timer it was.
      throw new TimerFailure(timer.id, `${timer.kind} ${timer.subject}`, error)
    }
  }
  ctx.timeUs = nowUs
}
