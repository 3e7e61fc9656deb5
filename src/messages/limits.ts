/** Every limit of the exchange in one place. Each has a code that says when it is reached. */
export const LIMITS = {
  commandBytes: 262_144,
  eventsPerCommand: 65_536,
  /** command ids of an account that are remembered; with more its window is shorter than a day */
  liveIdsPerAccount: 262_144,
  idAgeSeconds: 86_400,
  idAheadSeconds: 300,
  openOrdersPerAccount: 10_000,
  cancelAfterSeconds: 86_400,
  fillsPerTaker: 10_000,
  unitsPerOrder: 1_000_000,
  levelsPerSide: 65_536,
  standingNeedsPerInstrument: 4_096,
  standingRetriesPerEvent: 64,
  offersPerNode: 64,
  commitmentsPerNode: 1_024,
  nodesPerAccount: 10_000,
  accountsPerMember: 1_000,
  keysPerAccount: 1_000,
  keyDepth: 16,
  usersPerMember: 10_000,
  sessionSeconds: 2_592_000,
  proposalSeconds: 2_592_000,
  openProposals: 100,
  workloadsPerAllocation: 1_000,
  timersPerTick: 1_000,
  startSeconds: 120,
  /** machines that one purchase may try, the first included */
  startTries: 3,
  imageSeconds: 3_600,
  minimumBillSeconds: 60,
  renewAheadSeconds: 600,
  /** shorter than renewals come ahead: what is renewed in time is never announced */
  noticeSeconds: 300,
  renewMinimumSeconds: 60,
  settleSeconds: 600,
  contactSeconds: 30,
  backfillSeconds: 600,
  /** how long after a minute of lease its failure can be reported */
  voteSeconds: 3_600,
  minutesPerReport: 1_440,
  /** meters that differ by no more than this agree: seconds, or a share of what the seller counts */
  meterToleranceSeconds: 5,
  meterTolerancePpm: 20_000,
  /** what happens when nobody decides a dispute happens then */
  disputeSeconds: 259_200,
  maintenanceSeconds: 2_592_000,
  maintenancesPerAccount: 1_024,
  /** of the commitment to a challenge and of its answer, at most */
  challengeMs: 600_000,
  /** within so long an assessor draws, and judges */
  assessSeconds: 600,
  /** signed meter reports of a node that a dispute points at */
  meterReportsKept: 8,
  /** closed challenges of a node that the core remembers */
  challengesKept: 32,
  /** between two witnesses in a lease */
  witnessSeconds: 3_600,
  witnessesKept: 8,
  meterReportSeconds: 60,
  /** a daemon's clock may be ahead of the exchange's by so much */
  meterAheadSeconds: 10,
  durationSecondsMax: 31_622_400,
  withdrawalUnitMicro: 10_000n,
  inputBytes: 64 * 1024 * 1024,
  /** of one object that comes in pieces */
  uploadBytes: 4 * 1024 * 1024 * 1024,
  /** what one account may have stored before it can upload no more, unless the operator says otherwise */
  objectQuotaBytes: 16 * 1024 * 1024 * 1024,
  outputBytes: 256 * 1024 * 1024,
  logBytes: 64 * 1024 * 1024,
} as const
