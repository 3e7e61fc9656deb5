/** Where sealed files rest: a folder or a bucket. What is in them no vault can read. */

/** Whose object it is, and which: all that a vault knows of one. */
export interface Place {
  readonly subject: number
  /** of the key that sealed it: with another key the same bytes are another file */
  readonly generation: string
  /** sha256 hex of the plain bytes */
  readonly digest: string
}

export interface Vault {
  /**
   * Takes over a sealed file, whole and synced: it is durable under its place when this resolves, and
   * gone from `path`. One that rests at the place already may stay instead.
   */
  keep(place: Place, path: string): Promise<void>
  /** sealed bytes; null when there is none */
  size(place: Place): Promise<number | null>
  /** Sealed bytes `from` up to (not including) `to`, in pieces of any size. */
  read(place: Place, from: number, to: number): AsyncIterable<Uint8Array>
  /** All of a subject that was sealed with the key of this generation. */
  list(
    subject: number,
    generation: string,
  ): AsyncIterable<{ readonly digest: string; readonly sealed: number }>
  remove(place: Place): Promise<void>
  /** Everything of a subject, of all generations. */
  removeAll(subject: number): Promise<void>
}
