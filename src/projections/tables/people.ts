/** Tables of members and machines: pseudonymous handles only, never a secret or a verifier. */
import type {
  Credential,
  EvaluationView,
  Grade,
  Isolation,
  NodeStatus,
  Resources,
  Role,
  Scope,
} from '../../messages/index.ts'
import { flag, integer, json, orNull, table, word } from '../columns.ts'

export const peopleTables = {
  members: table('members', ['member'], {
    member: integer,
    handle: word(),
    roles: json<readonly Role[]>(),
    openedAtUs: integer,
  }),
  accounts: table('accounts', ['account'], {
    account: integer,
    member: integer,
    ownerGroup: integer,
    handle: word(),
    openedAtUs: integer,
  }),
  keys: table('keys', ['key'], {
    key: integer,
    account: integer,
    node: orNull(integer),
    label: word(),
    credential: word<Credential>(),
    scopes: json<readonly Scope[]>(),
    issuedAtUs: integer,
    expiresAtUs: orNull(integer),
    revokedAtUs: orNull(integer),
  }),
  sites: table('sites', ['site'], {
    site: integer,
    account: integer,
    hub: integer,
    handle: word(),
  }),
  nodes: table('nodes', ['node'], {
    node: integer,
    account: integer,
    site: integer,
    handle: word(),
    status: word<NodeStatus>(),
    connected: flag,
    isolation: orNull(word<Isolation>()),
    attested: orNull(json<Resources>()),
    reserve: orNull(json<Resources>()),
    registeredAtUs: integer,
  }),
  nodeGrades: table('nodeGrades', ['node', 'sku'], {
    node: integer,
    sku: integer,
    grade: word<Grade>(),
    timeUs: integer,
  }),
  evaluations: table('evaluations', ['node', 'seq'], {
    node: integer,
    seq: integer,
    suite: word(),
    metrics: json<EvaluationView['metrics']>(),
    provisional: flag,
    digest: word(),
    signature: word(),
    measuredAtUs: integer,
    expiresAtUs: orNull(integer),
  }),
}
