/** What a lease without an end uses, in a record: there is one for every lease that runs. */
import type { Resources } from '../../messages/index.ts'
import { RecordView } from '../cells.ts'
import type { UseRow } from './rows.ts'

// doubles of a record
const ID = 0
const SUBJECT = 1
const FROM_US = 2
// words of a record, behind its doubles
const NODE = 6
const SKU = 7
const UNITS = 8
/** four words */
const RESOURCES = 9
export const LEASE_USE_WORDS = 14

export class LeaseUse extends RecordView implements UseRow {
  get kind(): 'lease' {
    return 'lease'
  }
  get untilUs(): null {
    return null
  }
  get reason(): string {
    return ''
  }
  get startTimer(): number {
    return 0
  }
  get endTimer(): number {
    return 0
  }
  get id(): number {
    return this.double(ID)
  }
  get subject(): number {
    return this.double(SUBJECT)
  }
  get fromUs(): number {
    return this.double(FROM_US)
  }
  get node(): number {
    return this.u32(NODE)
  }
  get sku(): number {
    return this.u32(SKU)
  }
  get units(): number {
    return this.u32(UNITS)
  }
  get resources(): Resources {
    return {
      cores: this.u32(RESOURCES),
      memoryMib: this.u32(RESOURCES + 1),
      diskMib: this.u32(RESOURCES + 2),
      cards: this.u32(RESOURCES + 3),
    }
  }
  /** Of a new record, before anything is read of it. */
  set(
    id: number,
    use: Pick<UseRow, 'node' | 'subject' | 'sku' | 'units' | 'resources' | 'fromUs'>,
  ): void {
    this.setDouble(ID, id)
    this.setDouble(SUBJECT, use.subject)
    this.setDouble(FROM_US, use.fromUs)
    this.set32(NODE, use.node)
    this.set32(SKU, use.sku)
    this.set32(UNITS, use.units)
    const { cores, memoryMib, diskMib, cards } = use.resources
    this.set32(RESOURCES, cores)
    this.set32(RESOURCES + 1, memoryMib)
    this.set32(RESOURCES + 2, diskMib)
    this.set32(RESOURCES + 3, cards)
  }
}
