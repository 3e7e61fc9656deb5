/**
 * Which public results are of a model. Names are compared as lists of words after what is no part of a
 * model's name was left out; two names are never held alike because they look alike.
 */
import type { HardwareKind } from './formats.ts'

/** exact: the same words. model: the same but for memory size and form of the card. */
export type MatchedBy = 'exact' | 'model'

/** Makers, and words that some lists add and others leave out. */
const NOISE = /^(intel|amd|nvidia|ati|corporation|inc|cpu|processor|gpu|graphics|accelerator|tm|r)$/
/** Memory, its kind, and how a card is built in. */
const FORM = /^(\d+(gb|gib|g)|hbm\d?e?|gddr\d?x?|sxm\d?|pcie|nvl|oam|mxm|smx\d)$/
/** `@ 3.40GHz`, `2.90 GHz`, `96-Core`, `(400W TDP)` */
const REST = /@.*$|\b\d+(\.\d+)?\s*[gm]hz\b|\b\d+-core\b|\([^)]*\)/g

/** `Intel(R) Xeon(R) Platinum 8480+ @ 2.00GHz` is `xeon platinum 8480+`. */
function modelWords(model: string): readonly string[] {
  return model
    .toLowerCase()
    .replace(/\((r|tm)\)|[®™]/g, ' ')
    .replace(REST, ' ')
    .split(/[\s,/_-]+/)
    .filter((word) => word !== '' && !NOISE.test(word))
}

/** What two names have in common when they are of one model: the key that both have. */
export function modelKey(model: string, kind: HardwareKind, by: MatchedBy): string {
  const words = modelWords(model)
  const kept = by === 'model' && kind === 'gpu' ? words.filter((word) => !FORM.test(word)) : words
  return kept.join(' ')
}
