/** One WebSocket for the page, opened anew for another account; hooks that listen to it. */
import { useEffect, useRef } from 'react'
import type { Stream, SubscribeArgs } from '../../client/index.ts'
import type { Channel, DataFrame } from '../../wire/index.ts'
import { noteServerTime, serverNowMs } from './clock.ts'
import { api, useSession } from './session.ts'
import { makeStore, useStore } from './store.ts'

export interface Liveness {
  readonly state: 'connecting' | 'open' | 'lost' | 'server_shutdown'
  /** when the last heartbeat came, by the exchange's clock; null before the first */
  readonly heardAtMs: number | null
}

const liveness = makeStore<Liveness>({ state: 'connecting', heardAtMs: null })
const current = makeStore<Stream | null>(null)

/** Keeps the stream open, a new one for each account. */
export function StreamKeeper() {
  const session = useSession()
  if (session.status === 'loading') return null
  return <OpenStream key={session.status === 'signed_in' ? session.who.account.id : ''} />
}

function OpenStream() {
  useEffect(() => {
    const opened = api().openStream({
      onState: (state) => {
        if (state !== 'closed') liveness.set({ ...liveness.get(), state })
      },
    })
    opened.subscribe('heartbeat', {}, (frame) => {
      noteServerTime(frame.data.now)
      liveness.set({ state: 'open', heardAtMs: serverNowMs() })
    })
    current.set(opened)
    return () => {
      current.set(null)
      opened.close()
    }
  }, [])
  return null
}

/** How the connection is. */
export function useLiveness(): Liveness {
  return useStore(liveness)
}

/** Calls `onFrame` with every frame of a channel; null for `channel` listens to nothing. */
export function useChannel<C extends Channel>(
  channel: C | null,
  args: SubscribeArgs,
  onFrame: (frame: DataFrame<C>) => void,
): void {
  const stream = useStore(current)
  const handler = useRef(onFrame)
  useEffect(() => {
    handler.current = onFrame
  })
  const key = JSON.stringify(args)
  useEffect(() => {
    if (stream === null || channel === null) return undefined
    const given = JSON.parse(key) as SubscribeArgs
    const subscription = stream.subscribe(channel, given, (frame) => handler.current(frame))
    return () => subscription.stop()
  }, [stream, channel, key])
}
