import type { Command, Reply, Resources } from '../../../src/messages/index.ts'
import type { Auditor } from '../auditor/auditor.ts'
import type { Callers } from '../caller.ts'
import type { Counts } from '../counts.ts'
import type { Draw } from '../draw.ts'
import type { FaultLevels } from '../faults.ts'
import type { Host } from '../host.ts'
import type { Network } from '../network.ts'
import type { Timeline } from '../timeline.ts'

/** Who acts: an account by one of its keys. */
export interface Party {
  readonly member: number
  readonly account: number
  readonly key: number
}
export interface Buyer extends Party {
  /** a key that was issued by `key`, with a cap of its own */
  readonly child: number
}
export interface Seller extends Party {
  readonly site: number
  readonly nodes: Machine[]
}
export interface Machine {
  readonly node: number
  readonly key: number
  readonly seller: Seller
  readonly attested: Resources
}

/** The venue as it was set up. */
export interface Cast {
  readonly operator: Party
  /** another person of the operator, for what needs two */
  readonly clerk: Party
  readonly buyers: Buyer[]
  readonly sellers: Seller[]
  readonly hub: number
  readonly skus: number[]
  /** as they are now */
  readonly instruments: readonly number[]
  /** keys that may do nothing any more, or too little */
  readonly broken: Party[]
  /** an assessor that belongs to nobody else */
  readonly prober: Party
  /** an assessor of a seller's owner group, whose word must not count */
  readonly partial: Party
  /** a key with a seller's scope, of an account that is no seller's */
  readonly noSeller: Party
}

/** What every party works with. */
export interface World {
  readonly timeline: Timeline
  readonly draw: Draw
  readonly levels: FaultLevels
  readonly counts: Counts
  readonly network: Network
  readonly host: Host
  readonly callers: Callers
  /** what became public: clients take their numbers from it */
  readonly auditor: Auditor
  readonly call: (by: Party, command: Command) => Promise<Reply | null>
  /** in one message */
  readonly callTogether: (by: Party, commands: readonly Command[]) => void
}
export const SYSTEM: Party = { member: 0, account: 0, key: 0 }
