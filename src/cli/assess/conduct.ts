import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../client/index.ts'
import { fromHex, parseTime } from '../../kernel/index.ts'
import { contractRate, measuredRate } from '../../models/index.ts'
import type { Challenge, ChallengeTarget } from '../../wire/index.ts'
import type { VerifierThread } from './verifier-thread.ts'

const LOOK_MS = 100

/** A challenge that is over, and what of the answer did not hold. */
export interface Conducted {
  readonly challenge: Challenge
  readonly fault: string | null
}

export interface Assessor {
  readonly client: Client
  readonly verifier: Pick<VerifierThread, 'faultOf'>
  /** 32 random bytes, hex; what a node could guess would be worth nothing */
  readonly draw?: () => string
}

/**
 * Takes an open challenge to its end: 1 wait for the commitment, 2 draw, 3 wait for the answer, 4 check
 * it, 5 judge. What comes too late is closed by the exchange itself.
 */
export async function conduct(
  { client, verifier, draw = randomHex }: Assessor,
  opened: Challenge,
  target: ChallengeTarget,
): Promise<Conducted> {
  const params = { challenge_id: opened.id }
  const until = async (isThere: (one: Challenge) => boolean): Promise<Challenge> => {
    for (;;) {
      const now = await client.getChallenge({ params })
      if (isThere(now) || now.step === 'closed') return now
      await sleep(LOOK_MS)
    }
  }
  const committed = await until(({ step }) => step === 'draw')
  if (committed.step === 'closed') return { challenge: committed, fault: null }
  await client.drawChallenge({ params, body: { draw: draw() } })
  const answered = await until(({ step }) => step === 'judge')
  if (answered.step === 'closed') return { challenge: answered, fault: null }
  const bytes = await wholeOf(await client.getAnswer({ params }))
  const leaseCores = target.leases.find((one) => one.lease_id === opened.lease_id)?.cores ?? 0
  const fault = await verifier.faultOf(
    {
      proof: answered.proof,
      seed: fromHex(answered.seed),
      size: answered.size,
      root: fromHex(answered.root ?? ''),
      draw: fromHex(answered.draw ?? ''),
      work: answered.work,
      cores: leaseCores,
    },
    bytes,
  )
  const rates = ratesOf(answered, target, leaseCores)
  const verdict = fault === null ? 'passed' : 'wrong'
  await client.judgeChallenge({ params, body: { verdict, ...rates } })
  return { challenge: await client.getChallenge({ params }), fault }
}

/** What was seen and what the report says, each in the same unit a second. */
function ratesOf(
  { proof, size, work, opened_at, committed_at }: Challenge,
  target: ChallengeTarget,
  leaseCores: number,
): { measured: number; contract: number } {
  const elapsedUs = (parseTime(committed_at ?? '') ?? 0) - (parseTime(opened_at) ?? 0)
  const reported = {
    intNtOpsPerS: target.int_nt_ops_per_s,
    matmulInt8NtMops: target.matmul_int8_nt_mops,
    cores: target.cores,
    leaseCores,
  }
  const measured = measuredRate({ proof, size, work, elapsedUs })
  return { measured, contract: contractRate(proof, reported) }
}

async function wholeOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

export const randomHex = (): string => randomBytes(32).toString('hex')
