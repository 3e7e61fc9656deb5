/** Memory of the resting orders and price levels of all books of an exchange. */
import { OrderIds } from './order-ids.ts'
import { Records } from './records.ts'

export { NONE } from './records.ts'

/** words of an order; its double is the id */
export const NEXT = 0
export const PREV = 1
export const LEVEL = 2
export const UNITS = 3
export const OWNER = 4
export const GENERATION = 5
/** words of a level; its double is the sum of units */
export const HEAD = 1
export const TAIL = 2
export const COUNT = 3
export const KEY = 4
export const SIDE = 5

export class OrderPool {
  readonly orders = new Records()
  readonly levels = new Records()
  /** null where nobody looks for orders by id: their slots are kept elsewhere */
  readonly ids: OrderIds | null

  constructor({ indexed }: { readonly indexed: boolean } = { indexed: false }) {
    this.ids = indexed ? new OrderIds(this.orders) : null
  }
}
