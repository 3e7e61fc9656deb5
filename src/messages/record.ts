/** One line of the journal (BLUEPRINT section 3). */
import { hex, struct, u128hex, u32, u53, type Infer } from '../kernel/index.ts'
import { command } from './command.ts'

/** A command with who sent it. Account 0 and key 0 are the exchange itself. */
export const envelope = struct({
  account: u32,
  key: u32,
  /** client-made, time-sorted (UUIDv7 layout); zeros for the engine's own commands */
  id: u128hex,
  command,
})
export type Envelope = Infer<typeof envelope>
/** account u32, key u32, id: how every encoded envelope begins, and an event record after its time */
export const IDENTITY_BYTES = 24

/** `resultHash` = checksum64 of the encoded outcome, high half first: replay must reach the same. */
export const record = struct({ seq: u53, timeUs: u53, envelope, resultHash: hex(8) })
export type JournalRecord = Infer<typeof record>

/** Id of the engine's own commands; it is never looked up. */
export const NO_COMMAND_ID = '00000000000000000000000000000000'
export const SYSTEM_ACCOUNT = 0
export const SYSTEM_KEY = 0
