/** Commands that the engine writes itself, and the operator's words to it. */
import { hex, struct, text, u16, u32, u53, u128hex } from '../../kernel/index.ts'
import { legalMode } from '../vocabulary.ts'

export const engineCommands = {
  /** First record of a journal. Every signature, id and receipt binds this venue. */
  Genesis: struct({
    venue: text(64),
    exchangePublicKey: hex(32),
    rules: u16,
    mode: legalMode,
    /** seconds a seller's earnings rest before they can be used or withdrawn */
    retentionSeconds: u32,
    /** Bootstraps the operator: sha256 of its first bearer token. */
    operatorSecret: hex(32),
  }),
  /** Fires at most `limit` timers due by the record's time, in (due, id) order. */
  Tick: struct({ limit: u16 }),
  /** The engine was not running over [fromUs, toUs): deadlines of the other party shift. */
  ResumeAfterGap: struct({ fromUs: u53, toUs: u53 }),
  /** A command that once tripped an assert may be tried again. */
  ReleaseQuarantine: struct({ account: u32, command: u128hex }),
  /** A timer that tripped an assert is set aside: it does not fire until it is released. */
  HoldTimer: struct({ timer: u53 }),
  /** A timer that was set aside may fire again, now if it is overdue. */
  ReleaseTimer: struct({ timer: u53 }),
}
