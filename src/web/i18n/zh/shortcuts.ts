import type { Texts } from '../en.ts'

export const shortcuts: Texts['shortcuts'] = {
  title: '键盘快捷键',
  setting: '交易页的单键操作，按 ? 查看列表。',
  symbol: '选择品种',
  buy: '买入',
  sell: '卖出',
  price: '委托价格',
  units: '数量',
  review: '核对委托',
  confirm: '提交已核对的委托',
  leave: '离开输入框，关闭对话框',
  cancel: '撤销焦点所在的委托，否则撤销最新一笔',
  cancelAll: '撤销此品种全部未完成委托',
  tabs: '未完成、已结束、成交',
  pause: '暂停或继续委托簿',
  help: '显示本列表',
}
