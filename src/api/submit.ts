/** Writes: a command of the caller goes to the engine, its durable reply becomes the answer. */
import {
  assert,
  concatBytes,
  formatTime,
  fromHex,
  sha256,
  toHex,
  utf8Encode,
} from '../kernel/index.ts'
import {
  SYSTEM_ACCOUNT,
  SYSTEM_KEY,
  type Command,
  type Event,
  type EventKind,
  type EventOf,
  type EventRecord,
  type Reply,
} from '../messages/index.ts'
import { HEADER } from '../wire/index.ts'
import { unencodable } from './encoded.ts'
import type { WriteContext } from './handler.ts'
import { Refused } from './problem.ts'
import type { Services } from './services.ts'

/** Submits a command of the caller. Refuses as the core does; faults pass through. */
export async function submit(
  services: Services,
  { caller, commandId, reply }: WriteContext,
  command: Command,
): Promise<Reply> {
  const { account, key } = caller.key
  return submitAs(services, { account, key, id: commandId, command }, reply)
}

/** Submits a command of the exchange itself, for what the door does on its own authority. */
export async function submitAsExchange(
  services: Services,
  { commandId, reply }: Omit<WriteContext, 'caller'>,
  command: Command,
): Promise<Reply> {
  const envelope = { account: SYSTEM_ACCOUNT, key: SYSTEM_KEY, id: commandId, command }
  return submitAs(services, envelope, reply)
}

/** Submits an envelope, whoever it is of. Refuses as the core does. */
export async function submitAs(
  services: Services,
  envelope: { account: number; key: number; id: string; command: Command },
  reply: WriteContext['reply'],
): Promise<Reply> {
  const outcome = await services.door.submit(envelope).catch((error: unknown) => {
    throw unencodable(error)
  })
  return accepted(services, envelope.command, outcome, reply)
}

/** Counts a command and says whether its outcome is of an earlier one. Refuses as the core did. */
export function accepted(
  services: Services,
  command: Command,
  outcome: Reply,
  reply: WriteContext['reply'],
): Reply {
  const { refusal } = outcome.outcome
  services.metrics.command(command, refusal?.code ?? null)
  if (outcome.replayed) void reply.header(HEADER.replayed, 'true')
  if (refusal === null) return outcome
  throw new Refused(refusal, { seq: outcome.seq, replayed: outcome.replayed })
}

/** What every write answers. */
export function written({
  seq,
  command,
  timeUs,
}: Pick<EventRecord, 'seq' | 'command' | 'timeUs'>): {
  seq: number
  command_id: string
  at: string
} {
  return { seq, command_id: command, at: formatTime(timeUs) }
}

/** All events of a kind, in order. */
export function eventsOf<K extends EventKind>(record: EventRecord, kind: K): EventOf<K>[] {
  return record.outcome.events.filter((event: Event): event is EventOf<K> => event.kind === kind)
}

/** The first event of a kind that an accepted command always has. */
export function eventOf<K extends EventKind>(record: EventRecord, kind: K): EventOf<K> {
  const event = eventsOf(record, kind)[0]
  assert(event !== undefined, `an accepted ${record.commandKind} has an event ${kind}`)
  return event
}

/** The id of a further command of the same request: same time, other bits, always the same. */
export function derivedId(commandId: string, label: string): string {
  const bits = sha256(concatBytes(fromHex(commandId), utf8Encode(label)))
  return commandId.slice(0, 12) + toHex(bits).slice(0, 20)
}
