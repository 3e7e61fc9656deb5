/** Offsets of some of the records of a segment: one every 64 KiB. */
const STEP_BYTES = 64 * 1024

export class SparseIndex {
  readonly #seqs: number[] = []
  readonly #offsets: number[] = []

  /** Notes that record `seq` begins at `offset`; kept only when far enough from the last one. */
  note(seq: number, offset: number): void {
    const last = this.#offsets.at(-1)
    if (last !== undefined && offset - last < STEP_BYTES) return
    this.#seqs.push(seq)
    this.#offsets.push(offset)
  }

  /** Offset of the last noted record at or before `seq`; 0 when none is. */
  offsetBefore(seq: number): number {
    const at = this.#seqs.findLastIndex((noted) => noted <= seq)
    return this.#offsets[at] ?? 0
  }

  /** Forgets everything at or after `offset`. */
  cut(offset: number): void {
    while ((this.#offsets.at(-1) ?? -1) >= offset) {
      this.#offsets.pop()
      this.#seqs.pop()
    }
  }
}
