/**
 * Every code that a person or program can meet, in order of precedence: where several would apply,
 * the earliest is given. `rule` cites docs/rulebook. Texts take facts in `{braces}` and say what to do.
 */
export interface CodeText {
  /** HTTP status of the problem document */
  readonly http: number
  /** may the same command succeed later without a change by the sender? */
  readonly transient: boolean
  /** rule id in docs/rulebook */
  readonly rule: string
  readonly en: string
  readonly zh: string
}
const code = (http: number, transient: boolean, rule: string, en: string, zh: string): CodeText => ({
  http,
  transient,
  rule,
  en,
  zh,
})

export const CODES = {
  // door
  MALFORMED: code(400, false, 'API-001', 'The request cannot be read; see the fields named.', '请求无法解析，请查看所列字段。'),
  UNAUTHENTICATED: code(401, false, 'MBR-001', 'No valid key or session. Sign in again or check the key.', '缺少有效的密钥或会话，请重新登录或检查密钥。'),
  KEY_EXPIRED: code(401, false, 'MBR-002', 'The key has expired or was revoked. Use another key.', '密钥已过期或被吊销，请更换密钥。'),
  SCOPE_MISSING: code(403, false, 'MBR-003', 'This needs a key with scope {scope}.', '此操作需要具有 {scope} 权限的密钥。'),
  FORBIDDEN: code(403, false, 'MBR-004', 'This belongs to another member.', '该对象属于其他会员。'),
  NOT_FOUND: code(404, false, 'API-002', 'There is no {what} {id}.', '{what} {id} 不存在。'),
  COMMAND_ID_EXPIRED: code(422, false, 'ENG-001', 'The command id is older than 24 hours or more than 5 minutes ahead; it was not carried out. Use a new id and check the clock.', '指令编号早于24小时或超前5分钟以上，未被执行。请使用新编号并检查时钟。'),
  COMMAND_ID_REUSED: code(422, false, 'ENG-002', 'This id was used for another command. Use a new id.', '该编号已用于另一条指令，请使用新编号。'),
  COMMAND_QUARANTINED: code(409, false, 'ENG-003', 'This command stopped the exchange once and is held until the operator releases it.', '该指令曾导致交易所停机，在运营方解除前暂不执行。'),
  RATE_LIMITED: code(429, true, 'ENG-004', 'Too many commands at once: {limit} live ids an account. Wait and try again.', '指令过多：每个账户最多 {limit} 个有效编号，请稍后再试。'),
  RULES_UNKNOWN: code(422, false, 'ENG-005', 'Rule version {version} is not known to this software.', '本软件不支持规则版本 {version}。'),
  TWO_PERSONS_NEEDED: code(409, false, 'MBR-005', 'This needs a proposal by one person and an approval by another.', '此操作需一人提出、另一人批准。'),
  PROPOSAL_CLOSED: code(409, false, 'MBR-006', 'The proposal was carried out already or has expired.', '该提案已执行或已过期。'),
  LIMIT_REACHED: code(422, false, 'API-003', 'The limit of {limit} {what} is reached.', '已达到上限：{limit} {what}。'),
  FIELD_INVALID: code(422, false, 'API-004', 'Field {field} is not acceptable: {why}.', '字段 {field} 无效：{why}。'),
  ROLE_MISSING: code(403, false, 'MBR-007', 'The member does not have the role {role}.', '该会员没有 {role} 角色。'),
  ALREADY_EXISTS: code(409, false, 'API-005', 'There is already a {what} named {id}.', '已存在名为 {id} 的 {what}。'),
  KEY_BEYOND_ISSUER: code(403, false, 'MBR-008', 'A key cannot be given more than its issuer has: {what}.', '密钥权限不能超过签发者：{what}。'),

  // market state
  MARKET_HALTED: code(409, true, 'TRD-001', 'Trading in {symbol} is halted. Cancelling is possible.', '{symbol} 已暂停交易，可以撤单。'),
  INSTRUMENT_DELISTED: code(409, false, 'TRD-002', '{symbol} is not listed any more.', '{symbol} 已摘牌。'),
  DUPLICATE_CLIENT_ORDER_ID: code(409, false, 'TRD-003', 'An open order already has the label {id}.', '标签 {id} 已用于一笔未完成委托。'),
  PRICE_BAND: code(422, true, 'TRD-004', 'The price {price} is outside the band {low} to {high} ticks.', '价格 {price} 超出价格区间 {low} 至 {high}（最小变动价位）。'),
  POST_ONLY_WOULD_CROSS: code(422, true, 'TRD-005', 'A post-only order at {price} would trade at once. The best price is {best}.', '只挂单委托在 {price} 会立即成交，最优价为 {best}。'),
  NEVER_RESTS: code(422, false, 'TRD-006', 'All-or-none and colocate orders never rest: use IOC or FOK.', '全部成交或同节点委托不挂簿，请使用 IOC 或 FOK。'),
  ORDER_CLOSED: code(409, false, 'TRD-007', 'Order {id} is not open any more.', '委托 {id} 已不在挂单状态。'),
  ORDER_FROM_OFFER: code(409, false, 'TRD-008', 'This order follows a standing offer: change the offer.', '该委托由常设挂牌生成，请修改挂牌。'),
  NODE_NOT_TRADABLE: code(409, true, 'CAP-001', 'Node {node} cannot be sold now: {why}.', '节点 {node} 目前不可出售：{why}。'),
  CAPACITY_INSUFFICIENT: code(422, true, 'CAP-002', 'Node {node} has not enough {dimension} free over the time asked: {free} of {wanted}.', '节点 {node} 在所需时段内 {dimension} 不足：{free} / {wanted}。'),
  COMMITMENT_CONFLICT: code(409, true, 'CAP-003', 'Leases already use the node at that time.', '该时段节点已有租约。'),
  ISOLATION_REFUSED: code(422, false, 'DLV-001', 'A node without isolation is sold only in the sandbox.', '无隔离节点仅可在沙盒中出售。'),
  OWN_NODE: code(422, false, 'CAP-004', 'One’s own node is used by commitment, not by trade.', '自有节点请以自用方式占用，不通过交易。'),

  // money
  INSUFFICIENT_FUNDS: code(402, true, 'LED-001', 'This needs {needed} {asset}; {available} {asset} is free. Deposit money or ask for less.', '需要 {needed} {asset}，可用 {available} {asset}。请充值或减少数量。'),
  BUDGET_EXCEEDED: code(402, true, 'LED-002', 'The {scope} budget of {limit} would be passed: {used} used, {needed} needed.', '将超出{scope}预算 {limit}：已用 {used}，还需 {needed}。'),
  AMOUNT_INVALID: code(422, false, 'LED-003', 'The amount must be above zero and a multiple of {unit}.', '金额必须大于零且为 {unit} 的整数倍。'),
  UNBALANCED: code(422, false, 'LED-004', 'The postings do not sum to zero for {asset}.', '{asset} 的分录合计不为零。'),
  BALANCE_NEGATIVE: code(422, true, 'LED-005', 'A balance would fall below zero.', '余额将小于零。'),
  WITHDRAWAL_CLOSED: code(409, false, 'LED-006', 'The withdrawal is settled already.', '该提款已结清。'),

  // delivery
  ALLOCATION_CLOSED: code(409, false, 'DLV-002', 'Allocation {id} is closed.', '分配 {id} 已关闭。'),
  WORKLOAD_ENDED: code(409, false, 'DLV-003', 'Workload {id} has ended.', '作业 {id} 已结束。'),
  LEASE_STATE: code(409, false, 'DLV-004', 'Lease {id} is {status}; this is not possible now.', '租约 {id} 状态为 {status}，无法执行此操作。'),
  NONCE_WRONG: code(422, false, 'DLV-005', 'The nonce is not the one that the exchange gave.', '回传的随机数与交易所下发的不一致。'),
  METER_CHAIN_BROKEN: code(409, false, 'DLV-006', 'Meter report {period} does not follow the last one: expected period {expected}.', '计量报告 {period} 与上一份不连续，应为 {expected}。'),
  METER_DECREASED: code(422, false, 'DLV-007', 'A meter total of lease {id} went down.', '租约 {id} 的计量总数变小。'),
  METER_AHEAD: code(422, false, 'DLV-008', 'The meter of lease {id} runs ahead of the lease clock.', '租约 {id} 的计量超前于租约时钟。'),
  TRANSITION_INVALID: code(409, false, 'DLV-009', 'A {what} cannot go from {from} to {to}.', '{what} 不能从 {from} 变为 {to}。'),
  GRADE_MISSING: code(409, true, 'EVA-001', 'Node {node} has no valid grade for this product.', '节点 {node} 没有该产品的有效等级。'),

  // environment
  READ_LAG: code(503, true, 'API-006', 'The read model has not reached sequence {seq} yet. Try again.', '读模型尚未到达序号 {seq}，请稍后再试。'),
  REBUILDING: code(503, true, 'API-007', 'The history is being rebuilt. Trading goes on; try again later.', '历史数据正在重建，交易不受影响，请稍后再试。'),
  NOT_DURABLE: code(503, true, 'ENG-006', 'The journal cannot be written. Nothing was lost; send the same id again later.', '日志暂时无法写入，未丢失任何内容，请稍后用同一编号重发。'),
  STATUS_UNKNOWN: code(504, true, 'ENG-007', 'The outcome is not known yet. Ask again with the same id.', '结果未知，请用同一编号再次查询。'),
  SHUTTING_DOWN: code(503, true, 'ENG-008', 'The exchange is stopping. Try again soon.', '交易所正在停机，请稍后再试。'),
  OBJECT_TOO_LARGE: code(413, false, 'OBJ-001', 'The file has {size} bytes; the limit is {limit}.', '文件为 {size} 字节，上限为 {limit}。'),
  OBJECT_DIGEST: code(422, false, 'OBJ-002', 'The bytes do not have the digest {digest}.', '内容与摘要 {digest} 不符。'),
  NO_OFFER: code(409, true, 'TRD-009', 'Nothing on offer fits: {why}.', '没有符合条件的挂牌：{why}。'),
  SANDBOX_ONLY: code(403, false, 'API-008', 'This is possible only in the sandbox.', '此操作仅限沙盒。'),
  SIGNATURE_INVALID: code(401, false, 'MBR-009', 'The signature does not match the key, time or body.', '签名与密钥、时间或内容不符。'),
  INTERNAL: code(500, false, 'API-009', 'A fault inside the exchange; the incident {id} was recorded.', '交易所内部故障，事件编号 {id}。'),
} as const satisfies Record<string, CodeText>
export type Code = keyof typeof CODES
