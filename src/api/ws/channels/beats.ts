/** Nonces that a node's daemon must give back from inside its allocations. */
import type { OpenChannel } from '../subscription.ts'
import { mustBeDaemon } from './assignments.ts'

/** Only with the node's own key. The first frame is empty: it says that beats are heard from here on. */
export const beats: OpenChannel = async (subscription) => {
  const { door, beats: carrier } = subscription.services
  const node = mustBeDaemon(subscription)
  subscription.snapshot(door.durableSeq(), [])
  return carrier.opened(node, (sent) => subscription.update(door.durableSeq(), sent))
}
