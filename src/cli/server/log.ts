/** The server's own log: JSON lines in a file of the data folder, so that the terminal stays readable. */
import { join } from 'node:path'
import { pino, type Logger } from 'pino'

export type ServerLog = Logger

/** Writes `server.log` in the folder; level from SUAN_LOG_LEVEL. Secrets are never logged. */
export function openLog(folder: string): ServerLog {
  const level = process.env['SUAN_LOG_LEVEL'] ?? 'info'
  const redact = ['req.headers.authorization', 'req.headers.cookie']
  const file = pino.destination({ dest: join(folder, 'server.log'), mkdir: true, sync: false })
  return pino({ level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }, file)
}
