/** Makes refusals, and words them for people. */
import { CODES, type Code, type CodeText } from './codes.ts'
import type { Refusal } from './event.ts'

/** A refusal with facts in the order given; numbers become decimal digits. */
export function refuse(
  code: Code,
  facts: Readonly<Record<string, string | number | bigint>> = {},
): Refusal {
  return {
    code,
    facts: Object.entries(facts).map(([name, value]) => ({
      name,
      value: String(value).slice(0, 80),
    })),
  }
}

/** The table entry of a code, known or not (an old client may meet a new code). */
export function codeText(code: string): CodeText | null {
  return (CODES as Record<string, CodeText>)[code] ?? null
}

/** What a refusal is about (its fact `what`) in Chinese; other words stay as they are. */
const ZH_THINGS: Readonly<Record<string, string>> = {
  account: '账户',
  'accounts of a member': '个会员账户',
  allocation: '分配',
  budget: '预算',
  commitment: '占用',
  commitments: '个占用',
  evaluation: '评估',
  hub: '枢纽',
  input: '输入',
  instrument: '合约',
  key: '密钥',
  'keys of an account': '个账户密钥',
  'keys one issued by another': '级密钥签发',
  lease: '租约',
  levels: '个价位',
  member: '会员',
  node: '节点',
  nodes: '个节点',
  object: '对象',
  offer: '挂牌',
  offers: '个挂牌',
  'open orders': '笔未完成委托',
  'open proposals': '个待批提案',
  order: '委托',
  'owner group': '实控组',
  path: '路径',
  product: '产品',
  proposal: '提案',
  site: '站点',
  sku: '产品',
  'standing needs': '个常设需求',
  subscription: '订阅',
  subscriptions: '个订阅',
  user: '用户',
  'users of a member': '个会员用户',
  workload: '作业',
  workloads: '个作业',
}

/** The refusal in words of the language, facts filled in. */
export function wordRefusal(refused: Refusal, language: 'en' | 'zh'): string {
  const known = codeText(refused.code)
  if (known === null) return refused.code
  const facts = new Map(refused.facts.map((fact) => [fact.name, fact.value]))
  return known[language].replace(/\{(\w+)\}/g, (slot, name: string) => {
    const value = facts.get(name) ?? slot
    return language === 'zh' && name === 'what' ? (ZH_THINGS[value] ?? value) : value
  })
}
