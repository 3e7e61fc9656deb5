/** The text as one word of a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The words as a shell would have to be told them. */
export function shellWords(words: readonly string[]): string {
  return words.map(quote).join(' ')
}
