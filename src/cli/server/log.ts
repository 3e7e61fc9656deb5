/** The server's own log: JSON lines in a file of the data folder, so that the terminal stays readable. */
import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { openLineFile } from './line-file.ts'

export type ServerLog = Logger

/**
 * Writes `server.log` in the folder; level from SUAN_LOG_LEVEL. Secrets are never logged. Not by
 * pino's own file writer: on a full disk that ends the process, and on the way out tries for ever.
 */
export function openLog(folder: string): ServerLog {
  const level = process.env['SUAN_LOG_LEVEL'] ?? 'info'
  const redact = ['req.headers.authorization', 'req.headers.cookie']
  const file = openLineFile(join(folder, 'server.log'), (lost) => {
    const line = { level: 40, time: new Date().toISOString(), lost, msg: 'log lines were lost' }
    return `${JSON.stringify(line)}\n`
  })
  return pino({ level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }, file)
}
