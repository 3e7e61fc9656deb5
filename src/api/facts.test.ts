import { expect, test } from 'vitest'
import { refuse, wordRefusal } from '../messages/index.ts'
import { withIds } from './facts.ts'

test.each([
  [refuse('ORDER_CLOSED', { id: 15 }), 'Order ordr_F is not open any more.'],
  [refuse('WORKLOAD_ENDED', { id: 1 }), 'Workload wkl_1 has ended.'],
  [refuse('NOT_FOUND', { what: 'account', id: 567 }), 'There is no account acct_99.'],
  [refuse('NOT_FOUND', { what: 'account', id: 'acct_99' }), 'There is no account acct_99.'],
  [refuse('NOT_FOUND', { what: 'offer', id: '1/2' }), 'There is no offer node_1/sku_2.'],
  [refuse('NOT_FOUND', { what: 'path', id: '7' }), 'There is no path 7.'],
  [
    refuse('NOT_FOUND', { what: 'order', id: '9'.repeat(20) }),
    `There is no order ${'9'.repeat(20)}.`,
  ],
])('%j names things as the API does', (refusal, text) => {
  expect(wordRefusal(withIds(refusal), 'en')).toBe(text)
})

test('what is missing has a name in Chinese, too', () => {
  const refusal = refuse('NOT_FOUND', { what: 'order', id: 'none' })
  expect(wordRefusal(refusal, 'zh')).toBe('委托 none 不存在。')
})
