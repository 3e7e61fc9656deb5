/** Journal, engine and the exchange on it: everything that a trade needs. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  openDerivedFiles,
  openEngineFiles,
  openSigner,
  startEngine,
  type Engine,
  type Promoted,
} from '../../engine/index.ts'
import { Exchange } from '../../exchange/index.ts'
import { toHex } from '../../kernel/index.ts'
import { openPostgresLog, type PostgresJournal } from '../../journal/index.ts'
import type { LegalMode } from '../../messages/index.ts'
import { newToken, secretFile, tokenSecret, type DataFolder } from './data-folder.ts'

export interface ExchangeOptions {
  readonly folder: DataFolder
  /** legal mode of a new journal; an old one keeps its own */
  readonly mode: LegalMode
  readonly retentionSeconds: number
  readonly acceptGap: boolean
  /** null: files in the folder */
  readonly journal: PostgresJournal | null
  /** the journal that this server has just become the writer of, and the state there */
  readonly promoted?: Promoted
  /** the engine can go no further: end the process */
  readonly exit: (why: Error) => void
}

/** Recovers the exchange of a folder, or opens a new one. Errors: those of `startEngine`. */
export async function startExchange(options: ExchangeOptions): Promise<Engine> {
  const { folder, mode, retentionSeconds } = options
  const signer = openSigner(join(folder.secrets, 'exchange.pem'))
  const kind = mode === 'SIMULATED' ? 'test' : 'live'
  const operatorToken = secretFile(folder, 'operator.token', () => newToken(kind))
  const files = await openFiles(options)
  return startEngine({
    ...files,
    machine: () => new Exchange(),
    signer,
    genesis: {
      kind: 'Genesis',
      venue: `${mode === 'SIMULATED' ? 'sandbox' : 'venue'}-${toHex(randomBytes(6))}`,
      exchangePublicKey: signer.publicKey,
      rules: 1,
      mode,
      retentionSeconds,
      operatorSecret: tokenSecret(operatorToken),
    },
    exit: options.exit,
    acceptGap: options.acceptGap,
  })
}

async function openFiles(options: ExchangeOptions) {
  const { folder, journal, promoted, exit } = options
  const directory = folder.root
  if (promoted !== undefined) return { ...(await openDerivedFiles({ directory })), ...promoted }
  if (journal === null) return openEngineFiles({ directory })
  const openLog = () => openPostgresLog({ ...journal, onFault: exit })
  return openEngineFiles({ directory, openLog })
}
