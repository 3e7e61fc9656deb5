import { Fault } from '../../messages/index.ts'

const SHAPE = /^postgres(?:ql)?:\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/

/**
 * One connection string for each host of a list as libpq takes it: `postgres://me@a:5432,b:5433/db`,
 * or `postgres://me@/db?host=/run/a,/run/b&port=5432,5433` for sockets. Which of them may be written
 * is found by asking, so `target_session_attrs` is dropped. Throws Fault JOURNAL_ADDRESS.
 */
export function hostsOf(address: string): readonly string[] {
  const [, user = '', hosts = '', database = '', query = ''] = SHAPE.exec(address) ?? []
  const parameters = new URLSearchParams(query)
  const named = parameters.get('host')
  const list = (named ?? hosts).split(',').filter((host) => host !== '')
  const ports = parameters.get('port')?.split(',') ?? []
  if (!SHAPE.test(address) || list.length === 0) {
    throw new Fault('JOURNAL_ADDRESS', { retryable: false })
  }
  for (const name of ['host', 'port', 'target_session_attrs']) parameters.delete(name)
  const before = `postgresql://${user === '' ? '' : `${user}@`}`
  return list.map((host, at) => {
    const own = new URLSearchParams(parameters)
    const port = ports[at] ?? ports[0]
    if (named !== null) own.set('host', host)
    if (port !== undefined) own.set('port', port)
    const rest = own.size === 0 ? '' : `?${own.toString()}`
    return `${before}${named === null ? host : ''}/${database}${rest}`
  })
}

/** Has the connection string a password in it, which other users could read in a list of processes? */
export function holdsPassword(address: string): boolean {
  const [, user = '', , , query = ''] = SHAPE.exec(address) ?? []
  return user.includes(':') || new URLSearchParams(query).has('password')
}
