import type { Allocation, AllocationSample, Driver } from '../drivers/driver.ts'
import type { ExchangeLink } from '../link.ts'
import { isPassing } from './outcome.ts'

const SECOND_MS = 1_000
/** An engine elsewhere is asked by its own API. */
const ELSEWHERE_MS = 5_000

/** Tells what leases use for as long as somebody looks: once a second, of engines elsewhere every five. */
export class UsageTeller {
  readonly #link: Pick<ExchangeLink, 'sendUsage'>
  readonly #driver: Driver
  readonly #allocation: (lease: number) => Allocation | null
  #leases: readonly number[] = []
  #timer: NodeJS.Timeout | null = null
  #isAsking = false

  constructor(
    link: Pick<ExchangeLink, 'sendUsage'>,
    driver: Driver,
    allocation: (lease: number) => Allocation | null,
  ) {
    this.#link = link
    this.#driver = driver
    this.#allocation = allocation
  }

  /** These from now on. */
  watch(leases: readonly number[]): void {
    this.#leases = leases
    if (leases.length === 0) return this.stop()
    const everyMs = this.#driver.sample === undefined ? ELSEWHERE_MS : SECOND_MS
    this.#timer ??= setInterval(() => void this.#tell(), everyMs)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async #tell(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      for (const lease of this.#leases) {
        const allocation = this.#allocation(lease)
        const sample = allocation === null ? null : await this.#sample(allocation)
        if (sample !== null) this.#link.sendUsage(lease, sample)
      }
    } finally {
      this.#isAsking = false
    }
  }

  /** Null for what cannot be told now: it ends this moment, or its engine does not answer. */
  async #sample(allocation: Allocation): Promise<AllocationSample | null> {
    try {
      const known = this.#driver.sample?.(allocation)
      if (known !== undefined) return known
      return { ...(await this.#driver.usage(allocation)), memoryMib: null, throttledUs: null }
    } catch (error) {
      if (isPassing(error)) return null
      throw error
    }
  }
}
