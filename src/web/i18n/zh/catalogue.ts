import type { Texts } from '../en.ts'

export const catalogue: Texts['catalogue'] = {
  title: '产品目录',
  lead: '全部产品：每单位包含什么、机器等级如何、价格多少。',
  none: '尚未定义任何产品',
  grades: '在售机器的等级分布',
  noMachines: '目前没有机器挂牌',
  gradeOf: (grade) => (grade === 'U' ? 'U（未评级）' : grade),
  machines: (count) => `${count} 台机器`,
  offers: '现可购买',
  offersOf: (available, listed) => `${listed} 个挂牌中的 ${available} 个`,
  units: (count) => `${count} 单位`,
  bestPrice: '最优价',
  nothing: '目前没有',
  standard: '标准价',
  standardNote: '每标准单位的最优价',
  standardMean: (price) => `全部挂牌合计：${price}`,
  standardNone: '没有已评级机器的挂牌',
  standardHow:
    '标准价 = 价格 × 1,000,000 ÷ 机器系数，向上取整。系数表示该机器一个单位相当于多少标准单位，依据其已核验的报告。',
  withoutFactor: (count) => `未计入 ${count} 个没有系数的挂牌`,
  trend: (symbol) => `近一周每小时：${symbol}`,
  noTrend: '近一周没有成交',
  price: '价格',
  instruments: '合约',
  noInstruments: '尚未在任何枢纽上市',
  available: '现有单位',
}
