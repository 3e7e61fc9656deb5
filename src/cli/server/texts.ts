/** What the server says in the terminal. */
import type { Language } from '../language.ts'

const en = {
  sandbox: 'Suan sandbox: play money, nothing here is worth anything.',
  server: 'Suan exchange',
  'stage.journal': 'opening the journal',
  'stage.market': 'setting up the market',
  'stage.read-models': 'opening the read models',
  'stage.door': 'opening the door',
  'stage.machine': 'looking at this machine',
  'stage.evaluating': 'measuring it (a few seconds)',
  'stage.listing': 'listing it',
  'stage.listed': 'this machine is on offer: {what}',
  'stage.unlisted': 'this machine is not on offer: {why}',
  ready: 'Ready in {seconds} s at {url}',
  signIn: 'Sign in (works once, for an hour):',
  try: 'Try:',
  operatorKey: 'The operator’s key is in {path}. Keep it safe.',
  stop: 'Ctrl-C stops it; everything is kept in {folder}',
  stopping: 'Stopping: closing leases, writing the last bills …',
  stopped: 'Stopped. Everything is kept in {folder}',
  daemonEnded: 'The provider daemon ended ({why}); its log is {path}. Starting it again.',
  died: 'The exchange stopped: {why}. Nothing acknowledged is lost; start it again.',
  portTaken: 'Port {port} is in use. Stop the other program or set SUAN_PORT.',
  locked: 'Another server (process {pid}) uses {folder}.',
  gap: 'The exchange was away for {hours} hours without a clean stop. Start it with --accept-gap to shift deadlines and go on.',
  failed: 'The server could not start: {why}',
}
const zh: Record<keyof typeof en, string> = {
  sandbox: '算（Suan）沙盒：使用模拟资金，不具任何价值。',
  server: '算（Suan）交易所',
  'stage.journal': '打开日志',
  'stage.market': '建立市场',
  'stage.read-models': '打开读模型',
  'stage.door': '打开接口',
  'stage.machine': '检查本机',
  'stage.evaluating': '测量本机（数秒）',
  'stage.listing': '挂牌本机',
  'stage.listed': '本机已挂牌：{what}',
  'stage.unlisted': '本机未挂牌：{why}',
  ready: '{seconds} 秒后就绪：{url}',
  signIn: '登录（一次有效，一小时内）：',
  try: '试一试：',
  operatorKey: '运营方密钥在 {path}，请妥善保管。',
  stop: '按 Ctrl-C 停止；全部数据保存在 {folder}',
  stopping: '正在停止：关闭租约，写入最后的账单……',
  stopped: '已停止。全部数据保存在 {folder}',
  daemonEnded: '供应方守护进程结束（{why}），日志见 {path}，正在重新启动。',
  died: '交易所已停止：{why}。已确认的内容没有丢失，请重新启动。',
  portTaken: '端口 {port} 已被占用。请停止其他程序或设置 SUAN_PORT。',
  locked: '另一个服务（进程 {pid}）正在使用 {folder}。',
  gap: '交易所非正常停止已有 {hours} 小时。请使用 --accept-gap 启动，以顺延期限并继续。',
  failed: '服务无法启动：{why}',
}
const TEXTS = { en, zh }

export type ServerText = keyof typeof en
export type SayServer = (
  key: ServerText,
  facts?: Readonly<Record<string, string | number>>,
) => string

export function sayServer(language: Language): SayServer {
  return (key, facts = {}) =>
    TEXTS[language][key].replace(/\{(\w+)\}/g, (slot, name: string) => String(facts[name] ?? slot))
}
