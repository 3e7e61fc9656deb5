/** What a node, site, hub or the whole net is doing, once a second. */
import type { IdKind } from '../../../wire/index.ts'
import type { Subject } from '../../../messages/index.ts'
import { mustNumber } from '../../inputs.ts'
import { malformed, refused } from '../../problem.ts'
import type { OpenChannel, Subscription } from '../subscription.ts'

const EVERY_MS = 1_000

export const monitorNational: OpenChannel = (subscription) =>
  follow(subscription, { kind: 'national', number: 0 })

export const monitorHub: OpenChannel = (subscription) =>
  follow(subscription, subjectOf(subscription, 'hub'))

export const monitorSite: OpenChannel = (subscription) =>
  follow(subscription, subjectOf(subscription, 'site'))

export const monitorNode: OpenChannel = (subscription) =>
  follow(subscription, subjectOf(subscription, 'node'))

function subjectOf({ op }: Subscription, kind: 'hub' | 'site' | 'node'): Subject {
  const field = `${kind}_id` as const
  const id = op[field]
  if (id === undefined) throw malformed({ field, code: 'required', message: `which ${kind}` })
  return { kind, number: mustNumber(kind satisfies IdKind, id) }
}

async function follow(subscription: Subscription, subject: Subject): Promise<() => void> {
  const { services, outlet } = subscription
  const { monitor, door, metrics } = services
  const first = monitor.state(subject)
  if (first === null) throw refused('NOT_FOUND', { what: subject.kind, id: subject.number })
  subscription.snapshot(door.durableSeq(), first)
  const timer = setInterval(() => {
    if (outlet.isSlow()) return metrics.wsConflated.inc()
    const now = monitor.state(subject)
    if (now !== null) subscription.update(door.durableSeq(), now)
  }, EVERY_MS)
  return () => clearInterval(timer)
}
