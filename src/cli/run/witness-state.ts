/** What a witness must remember so that another run of `suan` goes on with its count. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { userContextFile } from '../context.ts'
import type { Host } from '../host.ts'

export interface WitnessState {
  /** the witness program */
  readonly workloadId: string
  readonly seed: string
  /** lease clock at its first line; null before it */
  readonly baseSeconds: number | null
}
export interface WitnessFile {
  readonly read: () => WitnessState | null
  readonly write: (state: WitnessState) => void
  /** The lease has ended. */
  readonly forget: () => void
}

/** A file for each lease of each exchange (`server` is its address), beside the user's contexts. */
export function witnessFile(
  host: Pick<Host, 'env' | 'home'>,
  server: string,
  leaseId: string,
): WitnessFile {
  const folder = join(dirname(userContextFile(host)), 'witness', encodeURIComponent(server))
  const path = join(folder, `${leaseId}.json`)
  return {
    read: () => (existsSync(path) ? stateOf(readFileSync(path, 'utf8')) : null),
    write: (state) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const next = `${path}.${process.pid}`
      writeFileSync(next, JSON.stringify(state), { mode: 0o600 })
      renameSync(next, path)
    },
    forget: () => rmSync(path, { force: true }),
  }
}

/** Null for a file that is not one: the count begins anew. */
function stateOf(text: string): WitnessState | null {
  try {
    const state = JSON.parse(text) as Partial<WitnessState>
    const { workloadId, seed, baseSeconds = null } = state
    return workloadId === undefined || seed === undefined ? null : { workloadId, seed, baseSeconds }
  } catch {
    return null
  }
}
