/** `NAME=value`; the value may be empty and hold more `=`. Null without a name. */
export function parseVariable(text: string): { name: string; value: string } | null {
  const at = text.indexOf('=')
  const name = at < 0 ? '' : text.slice(0, at)
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? { name, value: text.slice(at + 1) } : null
}

/** `from:to`, or `from` alone with `to` null. Null when a side is empty. */
export function parseMapping(text: string): { from: string; to: string | null } | null {
  const at = text.lastIndexOf(':')
  if (at < 0) return text === '' ? null : { from: text, to: null }
  const from = text.slice(0, at)
  const to = text.slice(at + 1)
  return from === '' || to === '' ? null : { from, to }
}
