/**
 * An encoded PlaceOrder or CancelOrder, read into one object that is used again for the next: commands
 * of these kinds are many, and what they are is not kept.
 */
import { decode } from '../../kernel/index.ts'
import {
  capacityFlag,
  command as commandCodec,
  envelope as envelopeCodec,
  IDENTITY_BYTES,
  orderType,
  selfTrade,
  side,
  timeInForce,
  type CommandOf,
} from '../../messages/index.ts'
import { Cursor } from './cursor.ts'

export const [PLACE] = commandCodec.cases.PlaceOrder
export const [CANCEL] = commandCodec.cases.CancelOrder
const LABEL_BYTES = 64

export class CommandBytes {
  command: CommandOf<'PlaceOrder'> | CommandOf<'CancelOrder'>
  readonly #cursor = new Cursor()
  readonly #place: CommandOf<'PlaceOrder'> = blankPlace()
  readonly #cancel: CommandOf<'CancelOrder'> = { kind: 'CancelOrder', order: 0 }

  constructor() {
    this.command = this.#cancel
  }

  /**
   * Reads the command of the envelope that lies from `from` to `until`. False when these are no
   * canonical bytes of such a command; it then holds nothing of use.
   */
  read(bytes: Uint8Array, from: number, until: number): boolean {
    const cursor = this.#cursor
    cursor.start(bytes, from + IDENTITY_BYTES, until)
    const kind = cursor.u16()
    if (kind === PLACE) this.#readPlace(cursor)
    else if (kind === CANCEL) this.#readCancel(cursor)
    else return false
    return (cursor.ok && cursor.atEnd) || this.#decode(bytes, from, until)
  }

  #readCancel(cursor: Cursor): void {
    this.#cancel.order = cursor.varint()
    this.command = this.#cancel
  }
  #readPlace(cursor: Cursor): void {
    const c = this.#place
    c.instrument = cursor.u32()
    c.side = cursor.word(side.values)
    c.type = cursor.word(orderType.values)
    c.units = cursor.u32()
    c.priceTicks = cursor.u32OrNull()
    c.timeInForce = cursor.word(timeInForce.values)
    c.expiresAtUs = cursor.u53OrNull()
    c.postOnly = cursor.bool()
    c.allOrNone = cursor.bool()
    c.colocate = cursor.bool()
    c.minUnits = cursor.u32()
    c.standing = cursor.bool()
    c.selfTrade = cursor.word(selfTrade.values)
    c.horizonSeconds = cursor.u32()
    c.durationSeconds = cursor.u32OrNull()
    c.capMicro = cursor.absent()
    c.clientOrderId = cursor.asciiOrNull(LABEL_BYTES)
    c.capacity = cursor.word(capacityFlag.values)
    c.onBehalfOf = cursor.u32OrNull()
    c.node = cursor.u32OrNull()
    c.workload = cursor.absent()
    c.retryTicks = cursor.u32OrNull()
    this.command = c
  }
  /** What the cursor does not understand (a cap, a workload, a label in Chinese) the codec reads. */
  #decode(bytes: Uint8Array, from: number, until: number): boolean {
    try {
      const { command } = decode(envelopeCodec, bytes.subarray(from, until))
      if (command.kind !== 'PlaceOrder' && command.kind !== 'CancelOrder') return false
      this.command = command
      return true
    } catch {
      return false
    }
  }
}

function blankPlace(): CommandOf<'PlaceOrder'> {
  return {
    kind: 'PlaceOrder',
    instrument: 0,
    side: 'buy',
    type: 'limit',
    units: 0,
    priceTicks: 0,
    timeInForce: 'GTC',
    expiresAtUs: null,
    postOnly: false,
    allOrNone: false,
    colocate: false,
    minUnits: 0,
    standing: false,
    selfTrade: 'expire_maker',
    horizonSeconds: 0,
    durationSeconds: null,
    capMicro: null,
    clientOrderId: null,
    capacity: 'principal',
    onBehalfOf: null,
    node: null,
    workload: null,
    retryTicks: null,
  }
}
