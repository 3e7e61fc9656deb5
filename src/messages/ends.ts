/** Why something ended, in words: every typed end of a workload, a lease and an order. */
import type { LeaseEnd, OrderEnd, WorkloadEnd } from './vocabulary.ts'

export interface EndText {
  readonly en: string
  readonly zh: string
}
const end = (en: string, zh: string): EndText => ({ en, zh })

export const WORKLOAD_ENDS: Readonly<Record<WorkloadEnd, EndText>> = {
  EXITED: end('The program ended by itself.', '程序自行结束。'),
  STOPPED_BY_BUYER: end('You stopped it.', '由您停止。'),
  LEASE_CLOSED: end('Its lease was closed.', '其租约已关闭。'),
  FUNDING_UNCONFIRMED: end(
    'The node was out of contact and the paid time was over.',
    '节点失去联系，且已付时间用完。',
  ),
  OUT_OF_MEMORY: end(
    'It needed more memory than was bought. Buy more with --memory.',
    '内存超出所购数量，请用 --memory 购买更多。',
  ),
  IMAGE_NOT_FOUND: end(
    'The node cannot get this image. Check its name, or leave --image out.',
    '节点无法获取该镜像，请检查名称，或不使用 --image。',
  ),
  START_FAILED: end('The program could not be started.', '程序无法启动。'),
  NODE_RESTARTED: end('The node was restarted.', '节点已重启。'),
  PROVIDER_SHUTDOWN: end('The provider switched the node off.', '供应方关闭了节点。'),
  INPUT_UNAVAILABLE: end('An input could not be brought to the node.', '输入文件无法送达节点。'),
  OUTPUT_TOO_LARGE: end('The output is larger than the limit.', '输出超过上限。'),
  DISK_FULL: end('It wrote more than the disk that was bought.', '写入超出所购磁盘。'),
  PROCESS_LIMIT: end(
    'It wanted more processes than an allocation may have.',
    '进程数超出租用资源的上限。',
  ),
  IMAGE_DIGEST: end(
    'The image on the node is not the one that its digest names.',
    '节点上的镜像与其摘要不符。',
  ),
  EVICTED: end('The engine of the provider took it away.', '供应方的引擎将其驱逐。'),
  TIME_LIMIT: end('The time limit of the engine was reached.', '达到引擎的时间上限。'),
  NODE_LOST: end('The machine it ran on was lost.', '其所在的机器丢失。'),
}

export const LEASE_ENDS: Readonly<Record<LeaseEnd, EndText>> = {
  BUYER_CLOSED: end('You gave it back.', '由您退回。'),
  WORKLOAD_DONE: end('Its program was done.', '其作业已完成。'),
  DURATION_REACHED: end('The time bought was over.', '所购时长已到。'),
  FUNDS_EXHAUSTED: end('There was no money to renew it. Deposit some.', '余额不足以续期，请充值。'),
  BUDGET_EXHAUSTED: end('A budget was used up. Raise it to go on.', '预算已用完，请提高预算。'),
  FUNDING_UNCONFIRMED: WORKLOAD_ENDS.FUNDING_UNCONFIRMED,
  COMMITMENT_REACHED: end('The node is promised to others from now on.', '节点此后已另有承诺。'),
  START_TIMEOUT: end(
    'The provider did not start it in time; nothing is charged.',
    '供应方未能按时启动，不收费。',
  ),
  START_FAILED: end(
    'The provider could not start it; nothing is charged.',
    '供应方无法启动，不收费。',
  ),
  BUYER_IMAGE: end(
    'The image or the input could not be used; 60 seconds are charged.',
    '镜像或输入不可用，按 60 秒计费。',
  ),
  RECLAIMED: end('The provider took it back after notice.', '供应方按通知收回。'),
  PROVIDER_SHUTDOWN: WORKLOAD_ENDS.PROVIDER_SHUTDOWN,
  NODE_LOST: end('The node was lost.', '节点丢失。'),
  EXCHANGE_ENDED: end('The exchange ended it.', '由交易所结束。'),
}

export const ORDER_ENDS: Readonly<Record<OrderEnd, EndText>> = {
  BY_OWNER: end('You cancelled it.', '由您撤销。'),
  IOC_REMAINDER: end('What did not trade at once was cancelled.', '未立即成交的部分已撤销。'),
  FOK_UNFILLED: end('It could not be filled as a whole.', '无法全部成交。'),
  NO_SINGLE_NODE: end('No single node has enough.', '没有单个节点能满足。'),
  AON_UNFILLED: end('It could not be filled all or none.', '无法全部成交，故未成交。'),
  EXPIRED: end('Its time was over.', '已到期。'),
  SELF_TRADE: end('It would have traded with your own group.', '将与本实控组成交，已撤销。'),
  FILL_LIMIT: end(
    'It needed more fills than one command may make, at most 10,000.',
    '所需成交笔数超过一条指令的上限（至多 10,000 笔）。',
  ),
  NODE_LOST: end('Its node is out of contact.', '其节点失去联系。'),
  NODE_MAINTENANCE: end('Its node is in maintenance.', '其节点在维护。'),
  GRADE_CHANGED: end('Its node has another grade now.', '其节点等级已变。'),
  OFFER_CHANGED: end('Its offer was changed.', '其挂牌已修改。'),
  OFFER_WITHDRAWN: end('Its offer was withdrawn.', '其挂牌已撤回。'),
  CAPACITY_GONE: end('Its node has no room for it now.', '其节点容量不足。'),
  INSTRUMENT_DELISTED: end('The instrument was delisted.', '品种已摘牌。'),
  NO_LIQUIDITY: end('There was nothing to trade with.', '没有对手盘。'),
  CANCEL_AFTER: end(
    'Your dead-man switch (cancel-after) was not set again in time.',
    '定时撤单未按时重新设置，已自动撤销。',
  ),
}
