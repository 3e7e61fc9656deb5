/** Events of the members desk. */
import { nullable, struct, text, u16, u32, u53 } from '../../kernel/index.ts'
import { memberCommands as c } from '../commands/members.ts'

const { secret: _secret, ...issued } = c.IssueKey.fields
const { verifier: _verifier, ...user } = c.AddUser.fields

export const memberEvents = {
  MemberOpened: struct({ member: u32, ...c.OpenMember.fields }),
  AccountOpened: struct({ ...c.OpenAccount.fields, account: u32 }),
  OwnerGroupSet: struct(c.SetOwnerGroup.fields),
  UserAdded: struct({ user: u32, ...user }),
  VerifierSet: struct({ user: u32 }),
  KeyIssued: struct({ key: u32, issuedBy: u32, ...issued }),
  KeyRevoked: struct({ key: u32, account: u32 }),
  ProposalMade: struct({
    proposal: u32,
    by: nullable(u32),
    actionKind: text(48),
    expiresAtUs: u53,
  }),
  ProposalApproved: struct({ proposal: u32, by: nullable(u32) }),
  ProposalExpired: struct({ proposal: u32 }),
  RulesActivated: struct({ version: u16 }),
}
