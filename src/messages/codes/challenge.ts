/** Of proof of hardware. */
import { code, type CodeText } from './code.ts'

export const CHALLENGE_CODES = {
  DEVICE_CLAIMED: code(
    409,
    false,
    'PRF-001',
    'Device {id} is claimed by node {node}. A device belongs to one node of the exchange.',
    '设备 {id} 已由节点 {node} 登记。一台设备在交易所内只属于一个节点。',
  ),
  CHALLENGE_REFUSED: code(
    409,
    true,
    'PRF-003',
    'Node {node} cannot be challenged now: {why}.',
    '节点 {node} 目前不能被查验：{why}。',
  ),
  CHALLENGE_CLOSED: code(
    409,
    false,
    'PRF-005',
    'Challenge {id} is at step {step}; this step is over or has not come.',
    '查验 {id} 处于步骤 {step}，该步骤已过或尚未到。',
  ),
  AUDIT_EMPTY: code(
    409,
    true,
    'PRF-006',
    'Account {account} has no unsold node that is online.',
    '账户 {account} 没有在线且未售出的节点。',
  ),
  ASSESSOR_PARTY: code(
    403,
    false,
    'PRF-004',
    'An assessor may not challenge a node of its own owner group, nor one whose lease its group bought.',
    '评估机构不得查验本实控组的节点，或本实控组所购租约所在的节点。',
  ),
} as const satisfies Record<string, CodeText>
