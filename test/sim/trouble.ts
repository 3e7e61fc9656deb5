/** Everything that goes wrong around the exchange, in turns that the seed draws. */
import { US_PER_SECOND } from '../../src/kernel/index.ts'
import type { Draw } from './draw.ts'
import type { Cast, World } from './parties/party.ts'
import { SYSTEM } from './parties/party.ts'

const LOOK_US = 5 * US_PER_SECOND
const CONTACT_SECONDS = 30
/** records between two clean restarts, and between two mistakes of the program */
const RESTART_RECORDS = 3_000
/** between two losses of those who answer from the read models, or orders to build them again */
const MODELS_RECORDS = 3_000

export class Trouble {
  readonly #world: World
  readonly #draw: Draw
  readonly #cast: Cast
  #isOver = false
  #dueSeq = { disk: 0, clock: 0, partition: 0, snapshot: 0, restart: 0, poison: 0, models: 0 }
  /** since when a seller's machines are out of contact */
  readonly #cutOff = new Map<number, number>()

  constructor(world: World, draw: Draw, cast: Cast) {
    this.#world = world
    this.#draw = draw
    this.#cast = cast
    const { levels } = world
    for (const what of [
      'disk',
      'clock',
      'partition',
      'snapshot',
      'restart',
      'poison',
      'models',
    ] as const) {
      this.#dueSeq[what] = draw.about(everyRecords(levels, what))
    }
    this.#look()
  }

  /** All is mended. */
  heal(): void {
    const { host, network } = this.#world
    this.#isOver = true
    host.isHealed = true
    host.diskFault = 'none'
    host.disk.isFull = false
    host.skewUs = Math.max(0, host.skewUs)
    network.isHealed = true
    network.cutOff.clear()
  }

  #look(): void {
    if (this.#isOver) return
    const { publishedSeq } = this.#world.auditor.history
    for (const what of [
      'disk',
      'clock',
      'partition',
      'snapshot',
      'restart',
      'poison',
      'models',
    ] as const) {
      if (publishedSeq < this.#dueSeq[what]) continue
      this.#dueSeq[what] = publishedSeq + this.#draw.about(everyRecords(this.#world.levels, what))
      this.#begin(what)
    }
    this.#tellContact()
    this.#world.timeline.after(LOOK_US, () => this.#look())
  }

  #begin(what: Kind): void {
    if (what === 'disk') this.#troubleDisk()
    else if (what === 'clock') this.#troubleClock()
    else if (what === 'partition') this.#partition()
    else if (what === 'snapshot') void this.#world.host.snapshot()
    else if (what === 'restart') void this.#world.host.restart()
    else if (what === 'models') this.#troubleModels()
    else this.#world.host.poison(this.#draw.pick(['command', 'timer']))
  }

  #troubleDisk(): void {
    const { host, timeline, counts } = this.#world
    if (host.diskFault !== 'none') return
    const fault = this.#draw.pick(['full', 'error', 'sync-error', 'slow', 'hang'] as const)
    const seconds = this.#draw.between(1, 40)
    counts.add('fault', `disk-${fault}`)
    host.diskFault = fault
    host.diskFaultUntilUs = timeline.nowUs + seconds * US_PER_SECOND
    host.disk.isFull = fault === 'full'
    timeline.after(seconds * US_PER_SECOND, () => {
      host.diskFault = 'none'
      host.disk.isFull = false
    })
  }
  #troubleClock(): void {
    const { host, counts } = this.#world
    const kind = this.#draw.pick(['back', 'forward', 'far-forward', 'right'] as const)
    const seconds = this.#draw.between(1, kind === 'far-forward' ? 9_000 : 300)
    counts.add('fault', `clock-${kind}`)
    if (kind === 'right') host.skewUs = Math.max(0, host.skewUs)
    else host.skewUs += (kind === 'back' ? -1 : 1) * seconds * US_PER_SECOND
    // With a clock far behind the members' own, every command would come from the future.
    this.#world.timeline.after(this.#draw.between(60, 900) * US_PER_SECOND, () => {
      host.skewUs = Math.max(0, host.skewUs)
    })
  }
  #troubleModels(): void {
    const { models } = this.#world.host
    if (this.#draw.chance(500)) models.break()
    else void models.rebuild()
  }
  #partition(): void {
    const { network, timeline, counts } = this.#world
    const { account } = this.#draw.pick([...this.#cast.buyers, ...this.#cast.sellers])
    counts.add('fault', 'partition')
    network.cutOff.add(account)
    const seconds = this.#draw.between(10, 3_000)
    timeline.after(seconds * US_PER_SECOND, () => network.cutOff.delete(account))
  }

  /** The exchange's own door says which machines it has not heard of for half a minute. */
  #tellContact(): void {
    const { network, auditor, timeline, call } = this.#world
    for (const { account, nodes } of this.#cast.sellers) {
      const isCut = network.cutOff.has(account)
      if (!isCut) this.#cutOff.delete(account)
      else if (!this.#cutOff.has(account)) this.#cutOff.set(account, timeline.nowUs)
      const sinceUs = this.#cutOff.get(account) ?? timeline.nowUs
      const isLost = timeline.nowUs - sinceUs > CONTACT_SECONDS * US_PER_SECOND
      for (const { node } of nodes) {
        const connected = auditor.capacity.nodes.get(node)?.connected ?? false
        if (connected === !isLost) continue
        if (isLost || !isCut) void call(SYSTEM, { kind: 'ReportContact', node, connected: !isLost })
      }
    }
  }
}

type Kind = 'disk' | 'clock' | 'partition' | 'snapshot' | 'restart' | 'poison' | 'models'

function everyRecords(levels: World['levels'], what: Kind): number {
  if (what === 'disk') return levels.recordsPerDiskFault
  if (what === 'clock') return levels.recordsPerClockFault
  if (what === 'partition') return levels.recordsPerPartition
  if (what === 'models') return MODELS_RECORDS
  return what === 'snapshot' ? levels.recordsPerSnapshot : RESTART_RECORDS
}
