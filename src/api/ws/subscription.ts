/** One subscription of a connection: what a channel needs to send its frames. */
import { formatTime } from '../../kernel/index.ts'
import type { KeyView } from '../../messages/index.ts'
import type { Channel, ChannelData, SubscribeOp } from '../../wire/index.ts'
import type { Services } from '../services.ts'

/** The connection as subscriptions see it. */
export interface Outlet {
  readonly services: Services
  /** null on a connection that has not said who it is */
  readonly key: KeyView | null
  /** is so much unsent that the next update had better be merged into a later one? */
  readonly isSlow: () => boolean
  readonly send: (frame: object) => void
  /** The client reads so slowly that it had better begin again. */
  readonly giveUp: () => void
}

/** Opens a channel; the answer ends it. Refusals are thrown as Refused. */
export type OpenChannel = (subscription: Subscription) => Promise<() => void>

export class Subscription {
  readonly outlet: Outlet
  readonly op: SubscribeOp
  #prevSeq = 0

  constructor(outlet: Outlet, op: SubscribeOp) {
    this.outlet = outlet
    this.op = op
  }

  get services(): Services {
    return this.outlet.services
  }

  /** Sends the state as of `seq`. */
  snapshot(seq: number, data: ChannelData[Channel], more: object = {}): void {
    this.#send('snapshot', seq, data, more)
  }

  /** Sends what changed up to `seq`. */
  update(seq: number, data: ChannelData[Channel], more: object = {}): void {
    this.#send('update', seq, data, more)
  }

  #send(type: 'snapshot' | 'update', seq: number, data: unknown, more: object): void {
    const { id, channel } = this.op
    const ts = formatTime(this.services.nowUs())
    const frame = { channel, id, type, ...more, seq, prev_seq: this.#prevSeq, ts, data }
    this.#prevSeq = seq
    this.outlet.send(frame)
  }
}
