import { endpoints } from '../endpoint.ts'
import { ListOf, Written } from '../schema.ts'
import {
  Announced,
  AttachSlaBody,
  BeatAnswers,
  BeatsBody,
  LeaseSla,
  MaintenanceBody,
  MinutesBody,
  Probe,
  ReportedMinutes,
  Sla,
  SlaBody,
} from '../dto/sla.ts'

const define = endpoints('service levels')

export const slaEndpoints = {
  listSlas: define('GET /v1/slas', {
    access: 'public',
    summary: 'Promises of delivery, each in its newest version',
    response: ListOf(Sla),
  }),
  setSla: define('PUT /v1/slas/{sla_id}', {
    access: 'admin',
    summary: 'Write the next version of a promise; leases keep the one they were opened with',
    body: SlaBody,
    response: Written,
  }),
  attachSla: define('PUT /v1/admin/instruments/{symbol}/sla', {
    access: 'admin',
    summary: 'What leases of the instrument promise from now on',
    body: AttachSlaBody,
    response: Written,
  }),
  getLeaseSla: define('GET /v1/leases/{lease_id}/sla', {
    access: 'read',
    summary: 'What a lease was promised, which minutes failed, and what was paid for them',
    response: LeaseSla,
  }),
  reportMinutes: define('POST /v1/leases/{lease_id}/minutes', {
    access: 'key',
    summary: 'Minutes that were not delivered, as a source saw it; two sources make it a fact',
    body: MinutesBody,
    response: ReportedMinutes,
  }),
  announceMaintenance: define('POST /v1/maintenance', {
    access: 'provide',
    summary: 'Say before it when a node or a site will not deliver',
    body: MaintenanceBody,
    response: Announced,
  }),
  listProbes: define('GET /v1/probes', {
    access: 'evaluate',
    summary: 'Leases that deliver now and promise something; for assessors',
    response: ListOf(Probe),
  }),
  beat: define('POST /v1/beats', {
    access: 'evaluate',
    summary: 'Have nonces given back from inside allocations; for assessors',
    body: BeatsBody,
    response: BeatAnswers,
  }),
} as const
