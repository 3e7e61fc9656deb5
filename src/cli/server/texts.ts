/** What the server says in the terminal. */
import type { Language } from '../language.ts'

const en = {
  sandbox: 'Suan sandbox: play money, nothing here is worth anything.',
  server: 'Suan exchange',
  'stage.journal': 'opening the journal',
  'stage.standby': 'following the journal as a standby; http://{host}:{port}/readyz says how far',
  'stage.alone': 'no synchronous standby is asked for: one machine holds the journal',
  'stage.promoted': 'the leader is gone: this server leads from record {seq} on',
  'stage.trouble': 'the journal cannot be followed now ({code}); trying again',
  'stage.bucket': 'objects rest in the bucket {bucket} at {endpoint}',
  'stage.noBucket':
    'the bucket {bucket} at {endpoint} cannot be used now ({why}); files of members wait for it',
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
  JOURNAL_ADDRESS:
    'JOURNAL_ADDRESS: the journal’s address must look like postgres://user@host1,host2/database.',
  JOURNAL_UNREACHABLE:
    'JOURNAL_UNREACHABLE: none of the {hosts} hosts of the journal takes writes ({why}). Start the database or promote its standby.',
  JOURNAL_LED:
    'JOURNAL_LED: another server leads this journal (database session {pid}). Stop it, or start this one with --standby.',
  JOURNAL_UNSAFE:
    'JOURNAL_UNSAFE: with {setting} = "{value}" the database could lose acknowledged records. Set fsync = on, synchronous_commit = on, and synchronous_standby_names to standbys that must all acknowledge, as b or FIRST 2 (b, c); where one machine shall do, start with --journal-alone.',
  JOURNAL_UNKNOWN:
    'JOURNAL_UNKNOWN: a commit may or may not have reached the synchronous standby ({why}). Start again: the journal says what became of it, and members send the same ids again.',
  JOURNAL_FENCED:
    'JOURNAL_FENCED: another server leads this journal now ({why}). Nothing acknowledged is lost; start this one with --standby.',
  JOURNAL_FORKED:
    'JOURNAL_FORKED: the database lacks what this server has followed up to record {seq}: a copy was promoted that did not acknowledge all of it. Promote the one that did.',
  OBJECTS_ADDRESS:
    'OBJECTS_ADDRESS: the object store must be s3://bucket/prefix?endpoint=…&region=… with a key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in the file of AWS_SHARED_CREDENTIALS_FILE ({why}).',
  STANDBY_NEEDS_DATABASE:
    'STANDBY_NEEDS_DATABASE: a standby follows a journal in PostgreSQL; name it with --journal or SUAN_JOURNAL. A journal in files has one server.',
  STANDBY_NEEDS_SECRETS:
    'STANDBY_NEEDS_SECRETS: {path} is missing. Copy the folder secrets and the file token.key of the leader first: both servers are one exchange.',
  failed: 'The server could not start: {why}',
}
const zh: Record<keyof typeof en, string> = {
  sandbox: '算（Suan）沙盒：使用模拟资金，不具任何价值。',
  server: '算（Suan）交易所',
  'stage.journal': '打开日志',
  'stage.standby': '作为备用服务器跟随日志；进度见 http://{host}:{port}/readyz',
  'stage.alone': '未要求同步备库：日志只保存在一台机器上',
  'stage.promoted': '主服务器已离线：本服务器自第 {seq} 条记录起接管',
  'stage.trouble': '暂时无法跟随日志（{code}），正在重试',
  'stage.bucket': '对象存放于 {endpoint} 的存储桶 {bucket}',
  'stage.noBucket': '暂时无法使用 {endpoint} 的存储桶 {bucket}（{why}）；会员文件须待其恢复',
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
  JOURNAL_ADDRESS: 'JOURNAL_ADDRESS：日志地址的格式应为 postgres://user@host1,host2/database。',
  JOURNAL_UNREACHABLE:
    'JOURNAL_UNREACHABLE：日志的 {hosts} 台主机均不可写入（{why}）。请启动数据库，或提升其备库。',
  JOURNAL_LED:
    'JOURNAL_LED：另一台服务器正在主导此日志（数据库会话 {pid}）。请停止它，或以 --standby 启动本服务器。',
  JOURNAL_UNSAFE:
    'JOURNAL_UNSAFE：{setting} = "{value}" 时数据库可能丢失已确认的记录。请设置 fsync = on、synchronous_commit = on，并令 synchronous_standby_names 所列备库须全部确认，如 b 或 FIRST 2 (b, c)；若接受单机，请以 --journal-alone 启动。',
  JOURNAL_UNKNOWN:
    'JOURNAL_UNKNOWN：某次提交可能未到达同步备库（{why}）。请重新启动：以日志为准，会员用同一编号重发。',
  JOURNAL_FENCED:
    'JOURNAL_FENCED：现由另一台服务器主导此日志（{why}）。已确认的内容没有丢失；请以 --standby 启动本服务器。',
  JOURNAL_FORKED:
    'JOURNAL_FORKED：数据库缺少本服务器已跟随至第 {seq} 条的记录：被提升的副本没有确认全部内容。请提升确认过全部内容的副本。',
  OBJECTS_ADDRESS:
    'OBJECTS_ADDRESS：对象存储地址的格式应为 s3://bucket/prefix?endpoint=…&region=…，密钥取自 AWS_ACCESS_KEY_ID 与 AWS_SECRET_ACCESS_KEY，或 AWS_SHARED_CREDENTIALS_FILE 所指文件（{why}）。',
  STANDBY_NEEDS_DATABASE:
    'STANDBY_NEEDS_DATABASE：备用服务器只能跟随 PostgreSQL 中的日志；请用 --journal 或 SUAN_JOURNAL 指定。文件日志只能有一台服务器。',
  STANDBY_NEEDS_SECRETS:
    'STANDBY_NEEDS_SECRETS：缺少 {path}。请先复制主服务器的 secrets 目录和 token.key 文件：两台服务器属于同一交易所。',
  failed: '服务无法启动：{why}',
}
const TEXTS = { en, zh }

export type ServerText = keyof typeof en

export function isServerText(name: string): name is ServerText {
  return Object.hasOwn(en, name)
}

export type SayServer = (
  key: ServerText,
  facts?: Readonly<Record<string, string | number>>,
) => string

export function sayServer(language: Language): SayServer {
  return (key, facts = {}) =>
    TEXTS[language][key].replace(/\{(\w+)\}/g, (slot, name: string) => String(facts[name] ?? slot))
}
