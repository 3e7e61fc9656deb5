/** What a prover is asked to do and says. Between processes, so bytes are hex where they are short. */
export type ProofTask =
  | {
      readonly proof: 'matrix'
      readonly seed: string
      readonly size: number
      readonly threads: number
    }
  | { readonly proof: 'memory'; readonly seed: string; readonly size: number }
  | {
      readonly proof: 'witness'
      readonly seed: string
      /** milliseconds of work */
      readonly size: number
      readonly threads: number
      /** control group of the allocation, as Group names it */
      readonly group: string
    }

/** To the prover: the task first, then the draw. */
export type ToProver = { readonly task: ProofTask } | { readonly draw: string }
/** From it: the commitment, then the answer's bytes. */
export type FromProver =
  | { readonly root: string; readonly work: number }
  | { readonly answer: Uint8Array }

/** A part of a task for one thread. `gate` is opened when all are ready to begin. */
export type ThreadPart =
  | { readonly seed: string; readonly size: number; readonly from: number; readonly until: number }
  | {
      readonly seed: string
      readonly size: number
      readonly core: number
      readonly gate: Int32Array
    }
