import {
  clientLink,
  loadIdentity,
  nodeClient,
  registerNode,
  type ExchangeLink,
} from '../../agent/index.ts'
import type { Client } from '../../client/index.ts'
import { SAMPLE_METRICS } from '../../messages/index.ts'
import { idOf } from '../../wire/index.ts'

const CORES_A_CARD = 8
const MIB_A_CARD = 65_536
const DAY_MS = 86_400_000
const NONE = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }

export interface SyntheticNodeOptions {
  readonly provider: Client
  readonly url: string
  /** where its key lies: the same folder is the same node */
  readonly folder: string
  readonly handle: string
  readonly siteId: string
  readonly cards: number
}

/**
 * A node without a machine: it registers, connects and tells samples as a daemon does, but offers
 * nothing and runs nothing. What a record says was in use is kept for own use.
 */
export class SyntheticNode {
  readonly cards: number
  readonly #provider: Client
  readonly #link: ExchangeLink
  readonly #nodeId: string
  readonly #leave: () => void
  #used = 0
  #commitment: string | null = null

  private constructor(options: SyntheticNodeOptions, link: ExchangeLink, nodeId: string) {
    this.cards = options.cards
    this.#provider = options.provider
    this.#link = link
    this.#nodeId = nodeId
    this.#leave = link.watch({
      tunnelKinds: [],
      onTunnel: () => {},
      witness: false,
      onChallenges: () => {},
      onBeats: () => {},
      onWatched: () => {},
      onAssignments: () => {},
      onConnected: () => {},
      onLogKept: () => {},
    })
  }

  /** Registers it, or finds it again, and connects it. */
  static async open(options: SyntheticNodeOptions): Promise<SyntheticNode> {
    const { provider, url, folder, handle, siteId, cards } = options
    const identity = loadIdentity(folder)
    await registerNode(provider, { publicKey: identity.publicKey, handle, siteId })
    const link = clientLink(nodeClient(url, identity), identity.publicKey)
    const { node } = await link.facts()
    await link.attest({
      attested: { ...NONE, cores: cards * CORES_A_CARD, memoryMib: cards * MIB_A_CARD, cards },
      reserve: NONE,
      isolation: 'none',
      inventoryDigest: '0'.repeat(64),
    })
    await link.setStatus('online')
    return new SyntheticNode(options, link, idOf('node', node))
  }

  /** So many of its cards are in use from now on. */
  async use(cards: number, nowMs: number): Promise<void> {
    if (cards === this.#used && (cards === 0) === (this.#commitment === null)) return
    await this.#release()
    this.#used = cards
    if (cards === 0) return
    const committed = await this.#provider.commitCapacity({
      body: {
        node_id: this.#nodeId,
        resources: {
          cores: cards * CORES_A_CARD,
          memory_mib: cards * MIB_A_CARD,
          disk_mib: 0,
          cards,
        },
        from_at: new Date(nowMs).toISOString(),
        until_at: new Date(nowMs + DAY_MS).toISOString(),
        reason: 'replay',
      },
    })
    this.#commitment = committed.commitment_id
  }

  /** Tells what the record knows, and how the way to the exchange really is. */
  tell(nowMs: number): void {
    const { rttUs, jitterUs, lossPpm } = this.#link.path()
    const known: Partial<Record<(typeof SAMPLE_METRICS)[number], number>> = {
      gpu_busy: this.#used / this.cards,
      rtt_us: rttUs,
      jitter_us: jitterUs,
      loss_ppm: lossPpm,
    }
    const values = Float32Array.from(SAMPLE_METRICS, (metric) => known[metric] ?? Number.NaN)
    this.#link.pushSamples(nowMs * 1_000, values)
    this.#link.beat()
  }

  async close(): Promise<void> {
    await this.#release()
    await this.#link.setStatus('maintenance')
    this.#leave()
  }

  async #release(): Promise<void> {
    const id = this.#commitment
    this.#commitment = null
    if (id === null) return
    await this.#provider.releaseCommitment({ params: { commitment_id: id } })
  }
}
