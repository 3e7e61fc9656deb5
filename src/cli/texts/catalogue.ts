/** What `suan catalog` says. */
export const en = {
  'help.catalog': 'every product: grades of its machines, offers, price of a standard unit',
  'col.grades': 'GRADES',
  'col.offers': 'OFFERS',
  'col.bestPrice': 'BEST PRICE',
  'col.standardPrice': 'STANDARD PRICE',
  'col.standardMean': 'STANDARD MEAN',
  'col.trend': 'LAST WEEK',
  'empty.products': 'No product is defined yet.',
}
export const zh: Record<keyof typeof en, string> = {
  'help.catalog': '全部产品：机器等级、挂牌、标准单位价格',
  'col.grades': '等级分布',
  'col.offers': '挂牌',
  'col.bestPrice': '最优价',
  'col.standardPrice': '标准价',
  'col.standardMean': '标准均价',
  'col.trend': '近一周',
  'empty.products': '尚未定义任何产品。',
}
