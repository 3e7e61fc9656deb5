/** Offsets of some of the records of a segment: one every 64 KiB. */
const STEP_BYTES = 64 * 1024

export class SparseIndex {
  readonly #seqs: number[] = []
  readonly #offsets: number[] = []
  /** Everything since the last step: who follows the log begins where it left off. */
  #recent: { readonly seq: number; readonly offset: number }[] = []

  /** Notes that record `seq` begins at `offset`; kept for good when far enough from the last one. */
  note(seq: number, offset: number): void {
    const last = this.#offsets.at(-1)
    if (last !== undefined && offset - last < STEP_BYTES) {
      this.#recent.push({ seq, offset })
      return
    }
    this.#recent = []
    this.#seqs.push(seq)
    this.#offsets.push(offset)
  }

  /** Offset of the last known record at or before `seq`; 0 when none is. */
  offsetBefore(seq: number): number {
    const recent = this.#recent.findLast((noted) => noted.seq <= seq)
    if (recent !== undefined) return recent.offset
    const at = this.#seqs.findLastIndex((noted) => noted <= seq)
    return this.#offsets[at] ?? 0
  }

  /** Forgets everything at or after `offset`. */
  cut(offset: number): void {
    this.#recent = this.#recent.filter((noted) => noted.offset < offset)
    while ((this.#offsets.at(-1) ?? -1) >= offset) {
      this.#offsets.pop()
      this.#seqs.pop()
    }
  }
}
