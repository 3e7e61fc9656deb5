/** A whole number from `least` on, or null. */
export function parseCount(text: string, least = 1): number | null {
  if (!/^\d{1,15}$/.test(text)) return null
  const value = Number(text)
  return value >= least ? value : null
}

/** `H100:8` is eight cards whose product names H100; `8` any eight; `H100` one. Null otherwise. */
export function parseCards(text: string): { model: string | null; cards: number } | null {
  const plain = parseCount(text)
  if (plain !== null) return { model: null, cards: plain }
  const match = /^([A-Za-z][\w.-]*)(?::(\d{1,4}))?$/.exec(text)
  if (match === null) return null
  const cards = parseCount(match[2] ?? '1')
  return cards === null ? null : { model: match[1] ?? null, cards }
}
