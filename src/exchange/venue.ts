/** The venue's own facts: set once by Genesis; ActivateRules raises the rules in force. */
import { hex, struct, text, u16, u32, u8, type Infer } from '../kernel/index.ts'
import { legalMode, type CommandOf } from '../messages/index.ts'
import { Table, type AnyTable, type Stateful } from './table.ts'

/** Rule versions that this software knows how to apply. */
export const RULES_KNOWN: readonly number[] = [1]

const venueRow = struct({
  id: u8,
  venue: text(64),
  exchangePublicKey: hex(32),
  rules: u16,
  mode: legalMode,
  retentionSeconds: u32,
})
export type VenueRow = Infer<typeof venueRow>

export class Venue implements Stateful {
  readonly #table = new Table('venue', venueRow, (row) => row.id)
  /** the one row, found once: every entry names the rules in force */
  #row: VenueRow | null = null
  readonly tables = [this.#table as unknown as AnyTable]

  get opened(): boolean {
    return this.#table.size > 0
  }
  get row(): VenueRow {
    return (this.#row ??= this.#table.must(1))
  }
  open(command: CommandOf<'Genesis'>): void {
    const { venue, exchangePublicKey, rules, mode, retentionSeconds } = command
    this.#table.insert({ id: 1, venue, exchangePublicKey, rules, mode, retentionSeconds })
  }
  rebuild(): void {
    this.#row = null
  }
}
