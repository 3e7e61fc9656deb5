/** What events about proof of hardware do to the tables: each step of a challenge is kept for good. */
import { add, none, patch, type Reducers } from '../change.ts'
import { proofTables as t } from '../tables/proofs.ts'

export const challengeReducers: Reducers<
  | 'DevicesClaimed'
  | 'ChallengeOpened'
  | 'ChallengeCommitted'
  | 'ChallengeDrawn'
  | 'ChallengeAnswered'
  | 'ChallengeClosed'
  | 'AuditOpened'
  | 'WitnessCredited'
  | 'NodeDeliverableSet'
> = {
  DevicesClaimed: none,
  ChallengeOpened: ({ kind: _kind, commitByUs: dueUs, ...opened }, { seq }) => [
    add(t.challenges, [opened.challenge], {
      ...opened,
      ...NOTHING_YET,
      seq,
      step: 'commit',
      dueUs,
    }),
  ],
  ChallengeCommitted: ({ challenge, root, work, committedAtUs, drawByUs: dueUs }, { seq }) => [
    patch(t.challenges, [challenge], { seq, step: 'draw', dueUs, root, work, committedAtUs }),
  ],
  ChallengeDrawn: ({ challenge, draw, drawnAtUs, answerByUs: dueUs }, { seq }) => [
    patch(t.challenges, [challenge], { seq, step: 'answer', dueUs, draw, drawnAtUs }),
  ],
  ChallengeAnswered: ({ challenge, answerDigest, answeredAtUs, judgeByUs: dueUs }, { seq }) => [
    patch(t.challenges, [challenge], { seq, step: 'judge', dueUs, answerDigest, answeredAtUs }),
  ],
  ChallengeClosed: (event, { seq }) => {
    const { challenge, end, measured, contract, ratioPpm, closedAtUs } = event
    const closed = { step: 'closed', dueUs: null, closedAtUs, end } as const
    return [patch(t.challenges, [challenge], { seq, ...closed, measured, contract, ratioPpm })]
  },
  AuditOpened: none,
  WitnessCredited: none,
  NodeDeliverableSet: none,
}

const NOTHING_YET = {
  root: null,
  work: 0,
  draw: null,
  answerDigest: null,
  committedAtUs: null,
  drawnAtUs: null,
  answeredAtUs: null,
  closedAtUs: null,
  end: null,
  measured: 0,
  contract: 0,
  ratioPpm: null,
} as const
