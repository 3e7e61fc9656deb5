/** Keys and two-person actions as an auditor keeps them. */
import type { Event } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'

export class Persons {
  readonly #proposedBy = new Map<number, number | null>()
  readonly openProposals = new Set<number>()
  /** the last one that was approved or expired, 0 before the first */
  closedProposal = 0
  readonly waitingWithdrawals = new Set<number>()

  read(event: Event): void {
    switch (event.kind) {
      case 'ProposalMade':
        this.#proposedBy.set(event.proposal, event.by)
        this.openProposals.add(event.proposal)
        return
      case 'ProposalApproved': {
        const by = this.#proposedBy.get(event.proposal)
        const isTwo = by !== undefined && by !== null && event.by !== null && by !== event.by
        must(isTwo, 'two-persons', () => `proposal ${event.proposal} of ${by} by ${event.by}`)
        must(this.openProposals.delete(event.proposal), 'two-persons', () => 'approved twice')
        this.closedProposal = event.proposal
        return
      }
      case 'ProposalExpired':
        this.openProposals.delete(event.proposal)
        this.closedProposal = event.proposal
        return
      case 'WithdrawalRequested':
        this.waitingWithdrawals.add(event.withdrawal)
        return
      case 'WithdrawalSettled': {
        const waited = this.waitingWithdrawals.delete(event.withdrawal)
        must(waited, 'withdrawal', () => `${event.withdrawal} was settled twice`)
        return
      }
      default:
    }
  }
}
