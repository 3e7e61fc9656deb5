/** Open challenges of a node: its daemon commits and answers. */
import { toChallenge } from '../../../wire/index.ts'
import type { OpenChannel } from '../subscription.ts'
import { anyEvent, watch } from '../watch.ts'
import { mustBeDaemon } from './assignments.ts'
import { same } from './public.ts'

/** A node's clock of a challenge runs already: nothing is gathered. */
const AT_ONCE_MS = 0

/** Only with the node's own key. */
export const challenges: OpenChannel = async (subscription) => {
  const { door, witnessing } = subscription.services
  const node = mustBeDaemon(subscription)
  const stop = await watch(subscription, {
    everyMs: AT_ONCE_MS,
    touches: anyEvent(({ kind }) => kind.startsWith('Challenge')),
    load: async () => {
      const seq = door.durableSeq()
      const open = await door.ask('challenges', { node, open: true })
      return { seq, data: open.map(toChallenge) }
    },
    send: (now, before) => {
      if (before !== null && same(now.data, before.data)) return false
      if (before === null) subscription.snapshot(now.seq, now.data)
      else subscription.update(now.seq, now.data)
      return true
    },
  })
  const gone = subscription.op.witness === true ? witnessing.opened(node) : () => {}
  return () => {
    gone()
    stop()
  }
}
