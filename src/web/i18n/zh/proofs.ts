import type { Texts } from '../en.ts'

export const proofs: Texts['proofs'] = {
  title: '硬件查验',
  note: '评估机构在随机时刻查验该机器；任何人都能再次核验其应答。',
  kinds: { matrix: '矩阵乘积', memory: '填充内存', witness: '租约内见证' },
  ends: {
    passed: '通过',
    wrong: '应答有误',
    late: '应答过期',
    silent: '没有应答',
    void: '作废',
  },
  steps: { commit: '机器计算中', draw: '待抽取', answer: '待应答', judge: '待裁定' },
  never: '尚未查验',
  neverText: '还没有人要求该机器证明其报告所述。',
  passedAt: (when) => `最近一次通过：${when}`,
  failing: (what, when) => `${when} 未通过（${what}）：通过查验并重新测量之前，只能不带等级出售`,
  delivers: (share) => `在租约内交付了其报告所述的 ${share}（中位数）`,
  proof: '查验',
  result: '结果',
  opened: '发起',
  took: '用时',
  measured: '实测',
  reported: '按报告',
  share: '比率',
  units: { matrix: 'GOPS', memory: 'MB/s', witness: '块/秒' },
}
