/** Members keep files with the exchange: what was stored is there, what was forgotten is not. */
import { createHash } from 'node:crypto'
import { US_PER_SECOND } from '../../src/kernel/index.ts'
import { Fault, type ObjectStore } from '../../src/messages/index.ts'
import type { Draw } from './draw.ts'
import type { World } from './parties/party.ts'
import { must } from './violation.ts'

const PAUSE_SECONDS = 90
const CONTENTS = 12
const LIMIT_BYTES = 70_000

/** What is known of one member's object. */
type State = 'stored' | 'gone' | 'unknown'

interface Subject {
  readonly account: number
  readonly states: Map<string, State>
  /** a request that was not answered: of the process that it was made to */
  asked: { readonly store: ObjectStore } | null
}

export class Objects {
  readonly #world: World
  readonly #draw: Draw
  readonly #violated: (why: Error) => void
  readonly #subjects: Subject[]
  /** a few contents that everyone stores again and again, by digest */
  readonly #contents = new Map<string, Buffer>()
  #isOver = false

  constructor(
    world: World,
    draw: Draw,
    accounts: readonly number[],
    violated: (why: Error) => void,
  ) {
    this.#world = world
    this.#draw = draw
    this.#violated = violated
    this.#subjects = accounts.map((account) => ({ account, states: new Map(), asked: null }))
    for (let n = 0; n < CONTENTS; n++) {
      const size = n === 0 ? LIMIT_BYTES + 1 : draw.pick([0, 1, 500, 9_000, LIMIT_BYTES])
      const bytes = Buffer.alloc(size, `content ${n} `)
      this.#contents.set(createHash('sha256').update(bytes).digest('hex'), bytes)
    }
    this.#later()
  }

  /** Everything that is known to be stored is read once more, and nothing is asked afterwards. */
  async close(): Promise<void> {
    this.#isOver = true
    const { objects } = this.#world.host
    if (objects === null) return
    for (const subject of this.#subjects) {
      for (const digest of this.#contents.keys()) await this.#get(objects, subject, digest)
    }
  }

  #later(): void {
    this.#world.timeline.after(this.#draw.between(1, PAUSE_SECONDS) * US_PER_SECOND, () => {
      if (this.#isOver) return
      this.#later()
      void this.#act().catch((error: unknown) => this.#violated(error as Error))
    })
  }
  async #act(): Promise<void> {
    const store = this.#world.host.objects
    const subject = this.#draw.pick(this.#subjects)
    const digest = this.#draw.pick([...this.#contents.keys()])
    if (store === null || subject.asked?.store === store) return
    const asked = { store }
    subject.asked = asked
    const act = this.#draw.weighted<'put' | 'get' | 'forget'>([
      [60, 'put'],
      [30, 'get'],
      [10, 'forget'],
    ])
    this.#world.counts.add('work', `objects-${act}`)
    try {
      if (act === 'put') await this.#put(store, subject, digest)
      else if (act === 'get') await this.#get(store, subject, digest)
      else await this.#forget(store, subject)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#world.counts.add('code', error.code)
      // A request that a full disk cut short has done a part of its work, or nothing.
      const isSaid = ['OBJECTS_UNAVAILABLE', 'OBJECT_TOO_LARGE'].includes(error.code)
      must(isSaid, 'objects', () => `${act} ${subject.account}/${digest}: ${error.code}`)
    } finally {
      if (subject.asked === asked) subject.asked = null
    }
  }

  async #put(store: ObjectStore, { account, states }: Subject, digest: string): Promise<void> {
    const bytes = this.#contents.get(digest)!
    // Only what was stored already stays certain.
    if (states.get(digest) !== 'stored') states.set(digest, 'unknown')
    const stored = await store.put(account, chunksOf(bytes), LIMIT_BYTES)
    const isRight = stored.digest === digest && stored.size === bytes.length
    must(isRight, 'objects', () => `${account}/${digest} is stored as ${stored.digest}`)
    states.set(digest, 'stored')
  }
  async #get(store: ObjectStore, { account, states }: Subject, digest: string): Promise<void> {
    const state = states.get(digest) ?? 'gone'
    const found = await this.#read(store, account, digest, state)
    if (found === 'damaged') return
    const name = `${account}/${digest}`
    if (found === null) must(state !== 'stored', 'objects', () => `${name} is lost`)
    else {
      must(state !== 'gone', 'objects', () => `${name} was forgotten and is there`)
      must(found.equals(this.#contents.get(digest)!), 'objects', () => `${name} is another`)
    }
  }
  /** A member whose key is half destroyed has damaged objects until forgetting is asked for again. */
  async #read(
    store: ObjectStore,
    account: number,
    digest: string,
    state: State,
  ): Promise<Buffer | null | 'damaged'> {
    try {
      const found = await store.get(account, digest)
      if (found === null) return null
      const parts: Uint8Array[] = []
      for await (const chunk of found.chunks) parts.push(chunk)
      return Buffer.concat(parts)
    } catch (error) {
      const isDamaged = error instanceof Fault && error.code === 'OBJECT_DAMAGED'
      if (!isDamaged || state !== 'unknown') throw error
      return 'damaged'
    }
  }
  async #forget(store: ObjectStore, { account, states }: Subject): Promise<void> {
    for (const digest of states.keys()) states.set(digest, 'unknown')
    await store.forget(account)
    states.clear()
  }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 30_000) yield bytes.subarray(at, at + 30_000)
}
