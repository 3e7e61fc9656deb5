/** A graded node of a venue, and an assessor that challenges it. */
import type { ChallengeKind, CommandOf, Event } from '../../src/messages/index.ts'
import {
  daemon,
  listInstrument,
  only,
  openParty,
  openVenue,
  type Party,
  type Venue,
} from './venue.ts'
import type { VenueOptions } from './venue.ts'

const DAY_US = 86_400_000_000

export interface Challenged {
  readonly v: Venue
  readonly assessor: Party
  /** an instrument of grade A, which the node has */
  readonly best: number
}

/** The venue's node has grade A by a verified report; retention is a day. */
export function gradedVenue(options: VenueOptions = {}): Challenged {
  const v = openVenue({ retentionSeconds: 86_400, ...options })
  const best = listInstrument(v, { symbol: 'CPU.A.LAB', grade: 'A' })
  const thresholds = [{ grade: 'A' as const, minimums: [{ metric: 'int', atLeast: 100 }] }]
  v.done(v.operator, { kind: 'SetGradeThresholds', sku: v.sku, thresholds })
  v.done(v.seller, assessed(v))
  v.instrument = best
  return { v, assessor: openParty(v, 'assessor', ['read', 'evaluate']), best }
}

/** A report that gives grade A. */
export function assessed(v: Venue, value = 100): CommandOf<'ReportAssessment'> {
  return {
    kind: 'ReportAssessment',
    node: v.node,
    suite: 'suan-2',
    referenceDigest: '11'.repeat(32),
    metrics: [{ metric: 'int', value, lowPpm: 0, highPpm: 0, cvPpm: 0, runs: 5 }],
    dimensions: [{ dimension: 'general', points: 1_000 }],
    rated: true,
    reasons: [],
    reportDigest: '22'.repeat(32),
    evidenceRoot: '33'.repeat(32),
    inventoryDigest: '00'.repeat(32),
    signature: '44'.repeat(64),
    measuredAtUs: v.timeUs,
    expiresAtUs: v.timeUs + 30 * DAY_US,
  }
}

export function challengeOf(
  v: Venue,
  proof: ChallengeKind,
  more: Partial<CommandOf<'OpenChallenge'>> = {},
): CommandOf<'OpenChallenge'> {
  const task = { seed: '5e'.repeat(32), size: 256, commitMs: 10_000, answerMs: 5_000 }
  return { kind: 'OpenChallenge', node: v.node, lease: null, proof, ...task, ...more }
}
export function audit(v: Venue): CommandOf<'OpenAudit'> {
  const task = { seed: '5e'.repeat(32), size: 256, commitMs: 10_000, answerMs: 5_000 }
  return { kind: 'OpenAudit', account: v.seller.account, proof: 'matrix', ...task }
}
export const commit = (challenge: number, work = 1) =>
  ({ kind: 'CommitChallenge', challenge, root: 'aa'.repeat(32), work }) as const
export const draw = (challenge: number) =>
  ({ kind: 'DrawChallenge', challenge, draw: 'bb'.repeat(32) }) as const
export const answer = (challenge: number) =>
  ({ kind: 'AnswerChallenge', challenge, answerDigest: 'cc'.repeat(32) }) as const
export const judge = (
  challenge: number,
  verdict: CommandOf<'JudgeChallenge'>['verdict'] = 'passed',
  measured = 100,
  contract = 100,
) => ({ kind: 'JudgeChallenge', challenge, verdict, measured, contract }) as const
export const claim = (node: number, ...ids: string[]): CommandOf<'ClaimDevices'> => {
  const devices = ids.map((id) => ({
    kind: 'machine' as const,
    idHash: id.repeat(32),
    model: 'box',
  }))
  return { kind: 'ClaimDevices', node, devices }
}

/** Opens it, and every step of it in its time; the events of the judgement. */
export function prove(
  { v, assessor }: Challenged,
  what: CommandOf<'OpenChallenge'>,
  said: Parameters<typeof judge> extends [number, ...infer Rest] ? Rest : never = [],
): Event[] {
  const { challenge: id } = only(v.done(assessor, what), 'ChallengeOpened')
  v.wait(1)
  v.done(daemon(v), commit(id))
  v.done(assessor, draw(id))
  v.done(daemon(v), answer(id))
  return v.done(assessor, judge(id, ...said))
}

export const gradeOf = (v: Venue) =>
  v.exchange.answers.node({ node: v.node })?.grades.find(({ sku }) => sku === v.sku)?.grade ?? 'U'
