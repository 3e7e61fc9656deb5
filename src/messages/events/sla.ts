/** Events about promises of delivery. */
import { bool, i64, nullable, struct, u16, u32, u53, u8 } from '../../kernel/index.ts'
import { slaCommands as c } from '../commands/sla.ts'
import { exclusion } from '../sla.ts'

export const slaEvents = {
  SlaSet: struct(c.SetSla.fields),
  /** `version` is 0 where nothing is promised any more. */
  SlaAttached: struct({ ...c.AttachSla.fields, version: u16 }),
  MaintenanceAnnounced: struct({ maintenance: u53, ...c.AnnounceMaintenance.fields }),
  MinutesReported: struct(c.ReportMinutes.fields),
  /** Two sources agree on [fromMinute, untilMinute): a bit for each, in the order of MinuteSource. */
  BreachMinutes: struct({
    lease: u53,
    fromMinute: u32,
    untilMinute: u32,
    sources: u8,
    excused: nullable(exclusion),
    /** excused minutes that are paid for all the same */
    charged: bool,
  }),
  /**
   * A window was judged. `creditMicro` is what the promise gives, `refundMicro` what was charged for
   * minutes that were not delivered; of both `paidMicro` reached the buyer, `owedMicro` is a lien.
   */
  SlaCredited: struct({
    lease: u53,
    window: u32,
    windowMinutes: u32,
    breachMinutes: u32,
    availabilityPpm: u32,
    creditPpm: u32,
    chargeMicro: i64,
    creditMicro: i64,
    refundMicro: i64,
    paidMicro: i64,
    owedMicro: i64,
  }),
  /** Later earnings of the seller paid what it still owed for a lease. */
  LienPaid: struct({ lien: u53, lease: u53, seller: u32, paidMicro: i64, owedMicro: i64 }),
}
