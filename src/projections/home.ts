/** Where stores live: a folder or a PostgreSQL, each with one current store and room for the next. */
import type { Store } from './store.ts'

export interface Home {
  /** The current store if it is whole and trusted, otherwise a new empty one in its place. */
  open(): Promise<Store>
  /** A new empty store beside the current one. */
  createNext(): Promise<Store>
  /** Puts `next` in the place of the current store, which is closed and removed. */
  adopt(next: Store): Promise<Store>
  /** Makes an `open` or `createNext` under way reject soon; only `close` follows. */
  interrupt(): void
  /** Closes all; what is there is trusted at the next open. */
  close(): Promise<void>
}
