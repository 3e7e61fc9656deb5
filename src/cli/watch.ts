/** `-w`: shows a result again whenever something that it depends on has changed. */
import type { SubscribeArgs } from '../client/index.ts'
import type { Channel } from '../wire/index.ts'
import type { Cli } from './cli.ts'
import { Ending } from './errors.ts'
import { EXIT } from './exit-codes.ts'

export interface WatchedChannel {
  readonly channel: Channel
  readonly args?: SubscribeArgs
}

/** At most so often a second is the result made again. */
const PAUSE_MS = 500
const CLEAR = '\u001b[H\u001b[2J\u001b[3J'

/**
 * Shows once, and with `watch` after every change until Ctrl-C (exit 130). A terminal is cleared
 * before each; elsewhere the results follow one another. Errors: those of `show` and of the channels.
 */
export async function watched(
  cli: Cli,
  watch: boolean,
  channels: readonly WatchedChannel[],
  show: () => Promise<void>,
): Promise<void> {
  if (!watch) return show()
  const client = await cli.client()
  const stream = client.openStream()
  try {
    await new Promise<never>((_, reject) => {
      const changed = pacer(cli, show, reject)
      cli.host.onInterrupt(() => reject(new Ending(EXIT.interrupted)))
      for (const { channel, args } of channels)
        stream.subscribe(channel, args ?? {}, changed, reject)
      changed()
    })
  } finally {
    stream.close()
  }
}

/** Runs `show` at most every PAUSE_MS, never twice at once, and once more after the last change. */
function pacer(cli: Cli, show: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let running = false
  let again = false
  const go = async (): Promise<void> => {
    do {
      again = false
      if (cli.forPeople && cli.host.stdout.isTty) cli.host.stdout.write(CLEAR)
      await show()
      await new Promise((done) => setTimeout(done, PAUSE_MS))
    } while (again)
    running = false
  }
  return () => {
    again = true
    if (running) return
    running = true
    go().catch(failed)
  }
}
