import type { Texts } from '../en.ts'

export const errors: Texts['errors'] = {
  unexpected: '页面内部出错，请重新加载。未因此发送任何请求。',
  unreachable: '交易所无应答，请检查网络后重试。',
  unreadable: '无法解析交易所的应答。',
  pageFailed: '此页面出错',
  reload: '重新加载',
  notFoundTitle: '页面不存在',
  notFoundText: '地址可能有误，或所指内容已不存在。',
  toMarket: '前往行情',
}
