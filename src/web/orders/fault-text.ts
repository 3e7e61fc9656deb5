import type { Texts } from '../i18n/en.ts'
import type { TicketFault } from './ticket-form.ts'

/** A fault of the ticket in words; null for none. */
export function faultText(fault: TicketFault | undefined, t: Texts): string | null {
  switch (fault?.why) {
    case undefined:
      return null
    case 'units':
      return t.orders.needUnits
    case 'price':
      return t.orders.needPrice
    case 'expiry':
      return t.orders.needExpiry
    case 'duration':
      return t.orders.needDuration
    case 'node':
      return t.orders.noNodes
    case 'tick':
      return t.orders.offTick(fault.tick)
    case 'band':
      return t.orders.outOfBand(fault.low, fault.high)
  }
}
