/** Commands about promises of delivery: what is promised, and which minutes were not delivered. */
import { hex, nullable, struct, text, u16, u32, u53 } from '../../kernel/index.ts'
import { maintenanceClass, minuteFailure, minuteSource, slaProfile } from '../sla.ts'

export const slaCommands = {
  /** Writes the next version of a promise; leases keep the one that they were opened with. */
  SetSla: struct({ sla: u32, version: u16, profile: slaProfile }),
  /** What leases of the instrument promise from now on, at its newest version; null promises nothing. */
  AttachSla: struct({ instrument: u32, sla: nullable(u32) }),
  /** The provider says before it when a node, or all nodes of a site, will not deliver. */
  AnnounceMaintenance: struct({
    node: nullable(u32),
    site: nullable(u32),
    fromUs: u53,
    untilUs: u53,
    class: maintenanceClass,
    reason: text(128),
  }),
  /** A source says that minutes [fromMinute, untilMinute) since ready were not delivered. */
  ReportMinutes: struct({
    lease: u53,
    source: minuteSource,
    fromMinute: u32,
    untilMinute: u32,
    failure: minuteFailure,
    /** hash of what the source keeps of it */
    evidence: hex(32),
  }),
}
