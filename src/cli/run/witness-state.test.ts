import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { witnessFile } from './witness-state.ts'

test('a witness goes on with its own count: leases of other exchanges have files of their own', () => {
  const home = mkdtempSync(join(tmpdir(), 'suan-witness-'))
  const host = { env: {}, home }
  const state = { workloadId: 'wkl_1', seed: 'ab', baseSeconds: 3 }
  const [one, other] = ['http://127.0.0.1:8650', 'https://exchange.example/x'].map((server) => ({
    ...witnessFile(host, server, 'lse_1'),
  }))
  one?.write(state)
  expect(witnessFile(host, 'http://127.0.0.1:8650', 'lse_1').read()).toEqual(state)
  expect(other?.read()).toBeNull()
  other?.write({ ...state, seed: 'cd' })
  other?.forget()
  expect([one?.read(), other?.read()]).toEqual([state, null])
  rmSync(home, { recursive: true })
})
