import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from './statistics.ts'

const CONNECTIONS = 20
const LOST_MS = 1_000
const DOWNLOADS = 8

/** One run of the way to an exchange. */
export interface NetworkRun {
  /** median time until a TCP connection stands: one round trip, ns */
  readonly rttNs: number
  /** mean difference of one round trip to the next, ns */
  readonly jitterNs: number
  /** connections that stood within a second, parts per million */
  readonly deliveredPpm: number
  /** kB (1,000 bytes) a second of several answers side by side */
  readonly downloadKbPerS: number
}

/** Measures the way to the exchange at `url`; null when it does not answer. */
export async function measureNetwork(url: string, runs: number): Promise<NetworkRun[] | null> {
  const found: NetworkRun[] = []
  while (found.length < runs) {
    const run = await measureOnce(new URL(url))
    if (run === null) return null
    found.push(run)
  }
  return found
}

async function measureOnce(url: URL): Promise<NetworkRun | null> {
  const trips: number[] = []
  for (let i = 0; i < CONNECTIONS; i++) {
    const trip = await roundTrip(url)
    if (trip !== null) trips.push(trip)
  }
  const downloadKbPerS = await download(url)
  if (trips.length === 0 || downloadKbPerS === null) return null
  const steps = trips.slice(1).map((trip, index) => Math.abs(trip - trips[index]!))
  const jitter = steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length)
  return {
    rttNs: percentile(trips, 0.5) * 1e6,
    jitterNs: Math.max(1, jitter * 1e6),
    deliveredPpm: (trips.length / CONNECTIONS) * 1e6,
    downloadKbPerS,
  }
}

/** Milliseconds until a connection stands; null when that takes too long or is refused. */
async function roundTrip(url: URL): Promise<number | null> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const start = performance.now()
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port })
  try {
    const stands = once(socket, 'connect').then(() => performance.now() - start)
    return await Promise.race([stands, sleep(LOST_MS, null, { ref: false })])
  } catch {
    return null
  } finally {
    socket.destroy()
  }
}

async function download(url: URL): Promise<number | null> {
  const start = performance.now()
  try {
    const sizes = await Promise.all(
      Array.from({ length: DOWNLOADS }, async () => {
        const answer = await fetch(new URL('/v1/openapi.json', url))
        return (await answer.arrayBuffer()).byteLength
      }),
    )
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    return bytes / (performance.now() - start)
  } catch {
    return null
  }
}
