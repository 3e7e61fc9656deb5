/** Every challenge of a machine: the core remembers only the newest of each node. */
import type { ChallengeEnd, ChallengeKind, ChallengeStep } from '../../messages/index.ts'
import { integer, orNull, table, word } from '../columns.ts'

export const proofTables = {
  challenges: table('challenges', ['challenge'], {
    challenge: integer,
    seq: integer,
    account: integer,
    node: integer,
    lease: orNull(integer),
    audit: orNull(integer),
    proof: word<ChallengeKind>(),
    seed: word(),
    size: integer,
    commitMs: integer,
    answerMs: integer,
    step: word<ChallengeStep>(),
    dueUs: orNull(integer),
    root: orNull(word()),
    work: integer,
    draw: orNull(word()),
    answerDigest: orNull(word()),
    openedAtUs: integer,
    committedAtUs: orNull(integer),
    drawnAtUs: orNull(integer),
    answeredAtUs: orNull(integer),
    closedAtUs: orNull(integer),
    end: orNull(word<ChallengeEnd>()),
    measured: integer,
    contract: integer,
    ratioPpm: orNull(integer),
  }),
}
