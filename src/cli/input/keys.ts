const ESCAPE = '\u001b'

/** The keys in what a terminal sent: several come at once when one is held down. */
export function keysOf(text: string): string[] {
  const [plain = '', ...sequences] = text.split(ESCAPE)
  return [...Array.from(plain), ...sequences.flatMap(keysAfterEscape)]
}

/** `[A` and its like are one key with the escape before it; other text follows a lone escape. */
function keysAfterEscape(text: string): string[] {
  const sequence = /^\[[\d;]*[A-Za-z~]/.exec(text)?.[0] ?? ''
  return [ESCAPE + sequence, ...Array.from(text.slice(sequence.length))]
}
