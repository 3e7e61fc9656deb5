import { encode } from '../kernel/index.ts'
import { fundedStatement } from '../messages/index.ts'
import { toLease, toWorkload, type Assignment } from '../wire/index.ts'
import { symbols } from './handlers/delivery.ts'
import type { Services } from './services.ts'

/**
 * What the daemon of a node must make true, as of `seq`. Each lease comes with the statement of how
 * long it is funded, signed by the exchange, for the supervisor that enforces it when alone.
 */
export async function assignmentsOf(
  services: Services,
  node: number,
): Promise<{ seq: number; data: Assignment[] }> {
  const { door } = services
  const seq = door.durableSeq()
  const [views, status] = await Promise.all([
    door.ask('assignments', { node }),
    door.ask('status', {}),
  ])
  const symbolOf = await symbols(services)
  const { venue } = status
  const data = views.map(({ lease, nonce, suspended, workloads }) => {
    const { fundedSeconds } = lease
    const statement = { venue, node, lease: lease.lease, fundedSeconds, seq }
    return {
      lease: toLease(lease, symbolOf(lease.instrument)),
      lease_number: lease.lease,
      nonce,
      suspended,
      workloads: workloads.map(toWorkload),
      funded: {
        venue,
        node,
        lease: lease.lease,
        funded_seconds: fundedSeconds,
        seq,
        signature: door.sign(encode(fundedStatement, statement)),
      },
    }
  })
  return { seq, data }
}
