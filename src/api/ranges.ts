import { refused } from './problem.ts'

export interface Part {
  readonly from: number
  /** not included */
  readonly to: number
}

/**
 * The part of `size` bytes that a Range header asks for (RFC 9110 section 14.2): one range of bytes.
 * null, which means everything, without a header, for other units, several ranges and what cannot be
 * read. Refuses with RANGE_INVALID past the end.
 */
export function partOf(header: string | undefined, size: number): Part | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < from) return null
  if (from >= size) throw refused('RANGE_INVALID', { size })
  return { from, to }
}
