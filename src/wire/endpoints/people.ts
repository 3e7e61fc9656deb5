import { endpoints } from '../endpoint.ts'
import { Closed, ListOf, Written, ofAccount } from '../schema.ts'
import {
  Account,
  IssueKeyBody,
  IssuedKey,
  Key,
  Session,
  SessionBody,
  WhoAmI,
} from '../dto/people.ts'

const define = endpoints('people')

export const peopleEndpoints = {
  whoAmI: define('GET /v1/whoami', {
    access: 'key',
    summary: 'Account, member, key and scopes of the caller',
    response: WhoAmI,
  }),
  listAccounts: define('GET /v1/accounts', {
    access: 'read',
    summary: 'Accounts of one’s own member',
    response: ListOf(Account),
  }),
  listKeys: define('GET /v1/keys', {
    access: 'keys',
    summary: 'Keys of an account',
    query: Closed({ ...ofAccount }),
    response: ListOf(Key),
  }),
  issueKey: define('POST /v1/keys', {
    access: 'keys',
    summary: 'Issue a key with no more than one’s own scopes and cap',
    body: IssueKeyBody,
    response: IssuedKey,
  }),
  revokeKey: define('DELETE /v1/keys/{key_id}', {
    access: 'keys',
    summary: 'Revoke a key at once',
    response: Written,
  }),
  createSession: define('POST /v1/sessions', {
    access: 'public',
    summary: 'Sign in with a one-time link, or with handle and password',
    body: SessionBody,
    response: Session,
  }),
  endSession: define('DELETE /v1/sessions', {
    access: 'key',
    summary: 'Sign out: revoke the session key',
    response: Written,
  }),
} as const
