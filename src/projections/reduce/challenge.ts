/** Proof of hardware is asked of the engine, which remembers the newest challenges of each node. */
import { none, type Reducers } from '../change.ts'

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
  ChallengeOpened: none,
  ChallengeCommitted: none,
  ChallengeDrawn: none,
  ChallengeAnswered: none,
  ChallengeClosed: none,
  AuditOpened: none,
  WitnessCredited: none,
  NodeDeliverableSet: none,
}
