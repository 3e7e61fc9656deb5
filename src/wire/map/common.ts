import { formatTime } from '../../kernel/index.ts'
import { CNY, type Resources as CoreResources } from '../../messages/index.ts'
import type { Resources } from '../dto/common.ts'

/** Currency of every price and bill of today's instruments. */
export const CURRENCY = CNY

/** What a mapper must know of an instrument to write prices: fixed for its whole life. */
export interface InstrumentRef {
  readonly instrument: number
  readonly symbol: string
  readonly tickMicro: bigint
}

/** formatTime, or null for null. */
export function timeOrNull(timeUs: number | null): string | null {
  return timeUs === null ? null : formatTime(timeUs)
}

export function toResources(core: CoreResources): Resources {
  return {
    cores: core.cores,
    memory_mib: core.memoryMib,
    disk_mib: core.diskMib,
    cards: core.cards,
  }
}

export function fromResources(wire: Resources): CoreResources {
  return {
    cores: wire.cores,
    memoryMib: wire.memory_mib,
    diskMib: wire.disk_mib,
    cards: wire.cards,
  }
}
