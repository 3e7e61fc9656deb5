/** The text of a word that comes as plain text; the word itself when a newer server sent it. */
export function lookUp(words: Readonly<Record<string, string>>, word: string): string {
  return words[word] ?? word
}
