import {
  CodecError,
  decode,
  matrixAnswer,
  memoryAnswer,
  witnessAnswer,
} from '../../kernel/index.ts'
import type { ChallengeKind } from '../../messages/index.ts'
import { matrixFault, type Committed } from './matrix.ts'
import { memoryFault } from './memory.ts'
import { witnessFault } from './witness.ts'

/** A challenge that was answered; `cores` are those of its lease. */
export interface Answered extends Committed {
  readonly proof: ChallengeKind
  readonly work: number
  readonly cores: number
}

/** Null when the answer holds, else the part of it that does not; `form` of bytes that are none. */
export function answerFault(challenge: Answered, bytes: Uint8Array): string | null {
  try {
    switch (challenge.proof) {
      case 'matrix':
        return matrixFault(challenge, decode(matrixAnswer, bytes))
      case 'memory':
        return memoryFault(challenge, decode(memoryAnswer, bytes))
      case 'witness':
        return witnessFault(challenge, decode(witnessAnswer, bytes))
    }
  } catch (error) {
    if (error instanceof CodecError) return 'form'
    throw error
  }
}
