/** Of delivery: allocations, workloads, leases, meters, grades. */
import { code, type CodeText } from './code.ts'

export const DELIVERY_CODES = {
  ALLOCATION_CLOSED: code(
    409,
    false,
    'DLV-002',
    'Allocation {id} is closed.',
    '分配 {id} 已关闭。',
  ),
  WORKLOAD_ENDED: code(409, false, 'DLV-003', 'Workload {id} has ended.', '作业 {id} 已结束。'),
  TUNNEL_REFUSED: code(
    409,
    false,
    'DLV-028',
    'No tunnel into workload {id}: {why}.',
    '无法连接作业 {id}：{why}。',
  ),
  TUNNEL_UNAVAILABLE: code(
    503,
    true,
    'DLV-029',
    'The machine of workload {id} opens no tunnel now: {why}.',
    '作业 {id} 所在机器目前无法建立隧道：{why}。',
  ),
  LEASE_STATE: code(
    409,
    false,
    'DLV-004',
    'Lease {id} is {status}; this is not possible now.',
    '租约 {id} 状态为 {status}，无法执行此操作。',
  ),
  NONCE_WRONG: code(
    422,
    false,
    'DLV-005',
    'The nonce is not the one that the exchange gave.',
    '回传的随机数与交易所下发的不一致。',
  ),
  METER_CHAIN_BROKEN: code(
    409,
    false,
    'DLV-006',
    'Meter report {period} does not follow the last one: expected period {expected}.',
    '计量报告 {period} 与上一份不连续，应为 {expected}。',
  ),
  METER_DECREASED: code(
    422,
    false,
    'DLV-007',
    'A meter total of lease {id} went down.',
    '租约 {id} 的计量总数变小。',
  ),
  METER_AHEAD: code(
    422,
    false,
    'DLV-008',
    'The meter of lease {id} runs ahead of the lease clock.',
    '租约 {id} 的计量超前于租约时钟。',
  ),
  TRANSITION_INVALID: code(
    409,
    false,
    'DLV-009',
    'A {what} cannot go from {from} to {to}.',
    '{what} 不能从 {from} 变为 {to}。',
  ),
  GRADE_MISSING: code(
    409,
    true,
    'EVA-001',
    'Node {node} has no valid grade for this product.',
    '节点 {node} 没有该产品的有效等级。',
  ),
  REPORT_UNVERIFIED: code(
    422,
    false,
    'EVA-008',
    'The evaluation report does not hold: {what}. Measure the machine again.',
    '评估报告未通过核验：{what}。请重新测量该机器。',
  ),
} as const satisfies Record<string, CodeText>
