/** The tokens of a sign-in link, or of whatever part of one was pasted; none for other text. */
export function tokensOf(text: string): string[] {
  const tail = text.slice(text.indexOf('#') + 1).trim()
  const tokens = tail.split(',').map((token) => token.trim())
  return tokens.every((token) => /^[\w-]{16,256}$/.test(token)) ? tokens : []
}
