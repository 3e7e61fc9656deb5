import type { ChallengeEnd, ChallengeKind, ChallengeStep } from '../../../messages/index.ts'

const kinds: Readonly<Record<ChallengeKind, string>> = {
  matrix: 'Matrix product',
  memory: 'Filled memory',
  witness: 'Witness in a lease',
}
const ends: Readonly<Record<ChallengeEnd, string>> = {
  passed: 'passed',
  wrong: 'wrong answer',
  late: 'answered too late',
  silent: 'no answer',
  void: 'void',
}
const steps: Readonly<Record<Exclude<ChallengeStep, 'closed'>, string>> = {
  commit: 'the machine works',
  draw: 'to be drawn',
  answer: 'to be answered',
  judge: 'to be judged',
}

export const proofs = {
  title: 'Proof of hardware',
  note: 'Assessors challenge the machine at random times; anybody can check the answers again.',
  kinds,
  ends,
  steps,
  never: 'Not challenged yet',
  neverText: 'Nobody has had this machine prove what its report says.',
  passedAt: (when: string) => `Last passed ${when}`,
  failing: (what: string, when: string) =>
    `Failed (${what}) ${when}: it is sold without a grade until it has passed and was measured again`,
  delivers: (share: string) => `Inside leases it delivered ${share} of its report (median)`,
  proof: 'Proof',
  result: 'Result',
  opened: 'Opened',
  took: 'Took',
  measured: 'Measured',
  reported: 'By its report',
  share: 'Share',
  units: { matrix: 'GOPS', memory: 'MB/s', witness: 'blocks/s' },
}
