import {
  checkpointLeaf,
  openedSegments,
  verifyInclusion,
  WitnessChain,
  witnessStart,
  witnessWork,
  type Segment,
  type WitnessAnswer,
} from '../../kernel/index.ts'
import type { Committed } from './matrix.ts'

/**
 * Computes the opened segments again. `work` and `cores` are what was committed and sold. Null when
 * all hold, else what does not.
 */
export function witnessFault(
  committed: Committed & { readonly work: number; readonly cores: number },
  answer: WitnessAnswer,
): string | null {
  const { seed, draw, root, work, cores } = committed
  const { checkpoints, segments } = answer
  const size = checkpoints.reduce((sum, count) => sum + count, 0)
  // The size of the tree follows from what was committed: it cannot be chosen after the draw.
  if (checkpoints.length === 0 || checkpoints.length > cores) return 'cores'
  if (checkpoints.some((count) => count < 1) || witnessWork(checkpoints) !== work) return 'work'
  const drawn = openedSegments(draw, checkpoints)
  if (segments.length !== drawn.length) return 'segments'
  const chain = new WitnessChain()
  const holds = (place: Segment, end: Checkpoint, after: 0 | 1): boolean =>
    verifyInclusion({
      leafHash: checkpointLeaf(place.core, place.index + after, end.state),
      index: place.leaf + after,
      size,
      proof: end.path,
      root,
    })
  for (const [at, place] of drawn.entries()) {
    const { before, after } = segments[at]!
    if (!holds(place, before, 0) || !holds(place, after, 1)) return 'path'
    const isStart = place.index === 0
    if (isStart && before.state !== witnessStart(seed, place.core)) return 'segment'
    if (chain.run(before.state, place.index) !== after.state) return 'segment'
  }
  return null
}
type Checkpoint = WitnessAnswer['segments'][number]['before']
