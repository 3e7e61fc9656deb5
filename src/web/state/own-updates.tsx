import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { refreshOwn } from './queries.ts'
import { useAccount } from './session.ts'
import { useChannel } from './stream.tsx'

const GATHER_MS = 200

/** Reads again what the stream says has changed for the chosen account, at most five times a second. */
export function OwnUpdates() {
  const client = useQueryClient()
  const account = useAccount()
  const waiting = useRef(new Set<string>())
  const refresh = useCallback(
    (...kinds: string[]) => {
      if (account === null) return
      const isFirst = waiting.current.size === 0
      for (const kind of kinds) waiting.current.add(kind)
      if (!isFirst) return
      setTimeout(() => {
        refreshOwn(client, account, ...waiting.current)
        waiting.current.clear()
      }, GATHER_MS)
    },
    [client, account],
  )
  const on = account !== null
  useChannel(on ? 'orders' : null, {}, () => refresh('orders'))
  useChannel(on ? 'balances' : null, {}, () => refresh('balances', 'budgets', 'ledger'))
  useChannel(on ? 'workloads' : null, {}, () => refresh('workloads', 'allocations'))
  useChannel(on ? 'allocations' : null, {}, () =>
    refresh('allocations', 'workloads', 'sold', 'usage', 'earnings', 'nodes'),
  )
  return null
}
