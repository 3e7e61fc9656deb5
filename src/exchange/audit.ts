/** The state looked at from outside: figures to compare, and rules that it must keep by itself. */
import { RESOURCE_KINDS } from '../messages/index.ts'
import type { AllDesks } from './build.ts'
import { acceptedSeconds, minimumSeconds } from './delivery/money.ts'

export interface Audit {
  /** every balance that is not zero, debit positive */
  readonly balances: readonly {
    readonly code: number
    readonly owner: number
    readonly asset: string
    readonly amountMicro: bigint
  }[]
  readonly leases: readonly {
    readonly lease: number
    readonly acceptedSeconds: number
    readonly billedMicro: bigint
    readonly buyerFeeMicro: bigint
    readonly sellerFeeMicro: bigint
  }[]
  /** one line for everything that does not hold; empty when all is well */
  readonly faults: readonly string[]
}

export function auditOf(x: AllDesks, timeUs: number): Audit {
  const leases = x.delivery.leases.rows().map((lease) => ({
    lease: lease.lease,
    acceptedSeconds: Math.max(acceptedSeconds(x, lease, timeUs), minimumSeconds(lease)),
    billedMicro: BigInt(lease.billedMicro),
    buyerFeeMicro: BigInt(lease.buyerFeeMicro),
    sellerFeeMicro: BigInt(lease.sellerFeeMicro),
  }))
  const faults = [...ledgerFaults(x), ...registerFaults(x, timeUs)]
  return { balances: x.ledger.balances(), leases, faults }
}

/** The postings of every asset sum to zero (rule LED-004 of the whole ledger). */
function ledgerFaults(x: AllDesks): string[] {
  const sums = new Map<string, bigint>()
  for (const { asset, amountMicro } of x.ledger.balances()) {
    sums.set(asset, (sums.get(asset) ?? 0n) + amountMicro)
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([asset, sum]) => `the ledger of ${asset} sums to ${sum} micro-units`)
}

/** attested = reserve + free + held + leased + committed for every node and resource, now. */
function registerFaults(x: AllDesks, timeUs: number): string[] {
  return x.catalog.nodes.rows().flatMap(({ node, attested, reserve }) => {
    if (attested === null) return []
    const { free, held, leased, committed } = x.capacity.occupancy(node, timeUs)
    return RESOURCE_KINDS.flatMap((kind) => {
      const used = reserve[kind] + free[kind] + held[kind] + leased[kind] + committed[kind]
      // After an attestation below what is promised the shortfall shows as use above the attested.
      const short = used > attested[kind] && free[kind] === 0
      return used === attested[kind] || short
        ? []
        : [`node ${node}: ${kind} ${used} of ${attested[kind]} attested`]
    })
  })
}
