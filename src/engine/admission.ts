import { toHex } from '../kernel/index.ts'
import { LIMITS, refuse, SYSTEM_ACCOUNT, type Refusal, type Reply } from '../messages/index.ts'
import type { Quarantine } from '../journal/index.ts'
import type { Group } from './group.ts'
import { envelopeOf } from './hold-back.ts'
import { eventRecordOf } from './seal.ts'
import type { Lookup, StateMachine } from './state-machine.ts'

/** within an encoded envelope, after the account and the key */
const ID_FROM = 8
const ID_UNTIL = 24

/** May the command that `group` gave last be executed? What is refused here is not journaled. */
export function admit(
  group: Group,
  timeUs: number,
  machine: StateMachine,
  quarantine: Quarantine,
): Lookup | null {
  const { bytes, from, until, envelope } = group
  if (until - from > LIMITS.commandBytes) {
    return refused(refuse('LIMIT_REACHED', { limit: LIMITS.commandBytes, what: 'bytes' }))
  }
  if (isHeld(group, quarantine)) return refused(refuse('COMMAND_QUARANTINED'))
  if (isReserved(group)) return refused(refuse('COMMAND_ID_EXPIRED'))
  return envelope === null
    ? machine.raw!.lookup(bytes, from, until, timeUs)
    : machine.lookup(envelope, timeUs)
}

/** The reply to what is refused here: seq is 0, and a later attempt is judged anew. */
export function refusedReply(group: Group, refusal: Refusal, timeUs: number): Reply {
  const envelope = group.envelope ?? envelopeOf(group)
  const entry = { seq: 0, timeUs, envelope }
  return { ...eventRecordOf(entry, { refusal, events: [] }), replayed: false }
}

function refused(refusal: Refusal): Lookup {
  return { kind: 'refused', refusal }
}

function isHeld({ bytes, from }: Group, quarantine: Quarantine): boolean {
  const entries = quarantine.entries()
  if (entries.length === 0) return false
  const account = u32At(bytes, from)
  const id = toHex(bytes.subarray(from + ID_FROM, from + ID_UNTIL))
  return entries.some((e) => e.timer === undefined && e.account === account && e.command === id)
}

/** Has a member used the id of the exchange's own commands? */
function isReserved({ bytes, from }: Group): boolean {
  for (let at = from + ID_FROM; at < from + ID_UNTIL; at++) if (bytes[at] !== 0) return false
  return u32At(bytes, from) !== SYSTEM_ACCOUNT
}

function u32At(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  )
}
