import { BYTES, endpoints } from '../endpoint.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Integer,
  ListOf,
  Optional,
  Shape,
  Words,
  Written,
  ofAccount,
} from '../schema.ts'
import {
  Allocation,
  Assignment,
  Lease,
  MeterReportBody,
  ProgressBody,
  ReadyBody,
  ReclaimBody,
  SetDurationBody,
  SetReplacementBody,
  StartFailureBody,
  StartWorkloadBody,
  StartedWorkload,
  Workload,
  WorkloadReportBody,
} from '../dto/delivery.ts'
import { Challenge } from '../dto/proofs.ts'
import { MovedBytes, StoredObject } from '../dto/objects.ts'

const define = endpoints('delivery')
const agent = endpoints('node daemon')
const openOnly = Closed({ open: Optional(Bool()), ...ofAccount })

export const deliveryEndpoints = {
  listAllocations: define('GET /v1/allocations', {
    access: 'read',
    summary: 'What was bought: leases of one order, which start and close as one',
    query: openOnly,
    response: ListOf(Allocation),
  }),
  getAllocation: define('GET /v1/allocations/{allocation_id}', {
    access: 'read',
    summary: 'One allocation with its leases and its cost',
    response: Allocation,
  }),
  closeAllocation: define('DELETE /v1/allocations/{allocation_id}', {
    access: 'deliver',
    summary: 'Give an allocation back; billing stops',
    response: Written,
  }),
  setDuration: define('PATCH /v1/allocations/{allocation_id}', {
    access: 'deliver',
    summary: 'Let it end by itself after so many seconds, or never',
    body: SetDurationBody,
    response: Written,
  }),
  setReplacement: define('PUT /v1/allocations/{allocation_id}/replacement', {
    access: 'trade',
    summary: 'Should its machine be lost, go on with another one within this price',
    body: SetReplacementBody,
    response: Written,
  }),
  suspendAllocation: define('PUT /v1/allocations/{allocation_id}/suspension', {
    access: 'deliver',
    summary: 'Halt what runs in it, where its machines can; it stays reserved and is billed',
    response: Written,
  }),
  resumeAllocation: define('DELETE /v1/allocations/{allocation_id}/suspension', {
    access: 'deliver',
    summary: 'Let it go on where it was',
    response: Written,
  }),
  reclaimAllocation: define('POST /v1/allocations/{allocation_id}/reclaim', {
    access: 'provide',
    summary: 'The provider takes it back, after notice',
    body: ReclaimBody,
    response: Written,
  }),
  startWorkload: define('POST /v1/allocations/{allocation_id}/workloads', {
    access: 'deliver',
    summary: 'Run something on an allocation',
    body: StartWorkloadBody,
    response: StartedWorkload,
  }),
  getLease: define('GET /v1/leases/{lease_id}', {
    access: 'read',
    summary: 'One lease, for its buyer or its seller',
    response: Lease,
  }),
  listSoldLeases: define('GET /v1/sold-leases', {
    access: 'read',
    summary: 'Open leases on one’s own nodes',
    query: Closed({ ...ofAccount }),
    response: ListOf(Lease),
  }),
  listWorkloads: define('GET /v1/workloads', {
    access: 'read',
    summary: 'Own workloads; only running and waiting ones when open=true',
    query: openOnly,
    response: ListOf(Workload),
  }),
  getWorkload: define('GET /v1/workloads/{workload_id}', {
    access: 'read',
    summary: 'One workload',
    response: Workload,
  }),
  getWorkloadBytes: define('GET /v1/workloads/{workload_id}/bytes', {
    access: 'read',
    summary: 'Bytes that a workload moved through the exchange; nothing is billed by them',
    response: MovedBytes,
  }),
  stopWorkload: define('DELETE /v1/workloads/{workload_id}', {
    access: 'deliver',
    summary: 'Stop it: asked to end, killed after the grace',
    query: Closed({ grace_seconds: Optional(Integer({ minimum: 0, maximum: 3_600 })) }),
    response: Written,
  }),
  getWorkloadLog: define('GET /v1/workloads/{workload_id}/logs', {
    access: 'read',
    summary: 'The log so far as text; live lines come on the WebSocket channel logs',
    query: Closed({
      stream: Optional(Words('stdout', 'stderr', 'both')),
      tail: Optional(Integer({ minimum: 0, maximum: 100_000 })),
    }),
    response: BYTES,
  }),
  getWorkloadOutput: define('GET /v1/workloads/{workload_id}/output', {
    access: 'read',
    summary: 'The packed output (tar)',
    response: BYTES,
  }),

  listAssignments: agent('GET /v1/nodes/{node_id}/assignments', {
    access: 'provide',
    summary: 'What the daemon must make true on its node',
    response: Shape({ seq: Count, data: ArrayOf(Assignment), challenges: ArrayOf(Challenge) }),
  }),
  reportReady: agent('POST /v1/leases/{lease_id}/ready', {
    access: 'provide',
    summary: 'The nonce came back from inside: billing starts',
    body: ReadyBody,
    response: Written,
  }),
  reportProgress: agent('POST /v1/leases/{lease_id}/progress', {
    access: 'provide',
    summary: 'Image or input transfer; moves the start deadline',
    body: ProgressBody,
    response: Written,
  }),
  reportStartFailure: agent('POST /v1/leases/{lease_id}/start-failure', {
    access: 'provide',
    summary: 'It cannot be started, and whose fault that is',
    body: StartFailureBody,
    response: Written,
  }),
  reportWorkload: agent('POST /v1/workloads/{workload_id}/status', {
    access: 'provide',
    summary: 'What a workload is doing, or how it ended',
    body: WorkloadReportBody,
    response: Written,
  }),
  getWorkloadSpec: agent('GET /v1/workloads/{workload_id}/spec', {
    access: 'provide',
    summary: 'Canonical bytes of the specification; only for the node that runs it',
    response: BYTES,
  }),
  getWorkloadInput: agent('GET /v1/workloads/{workload_id}/inputs/{digest}', {
    access: 'provide',
    summary: 'An input that the specification names; only for the node that runs it',
    response: BYTES,
  }),
  putWorkloadLog: agent('PUT /v1/workloads/{workload_id}/log', {
    access: 'provide',
    summary: 'The final log, whole; stored for the buyer',
    body: BYTES,
    response: StoredObject,
  }),
  putWorkloadOutput: agent('PUT /v1/workloads/{workload_id}/output', {
    access: 'provide',
    summary: 'The packed output (tar); stored for the buyer',
    body: BYTES,
    response: StoredObject,
  }),
  reportMeters: agent('POST /v1/meter-readings', {
    access: 'provide',
    summary: 'One signed, hash-chained report for all leases of a node',
    body: MeterReportBody,
    response: Written,
  }),
} as const
