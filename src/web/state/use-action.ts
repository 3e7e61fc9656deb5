import { useMutation, useQueryClient } from '@tanstack/react-query'
import { noteWrite, refreshOwn } from './queries.ts'
import { useAccount } from './session.ts'

/**
 * A write: `run` sends it, `busy` while it is on its way, `error` when it was refused. Afterwards
 * everything of the account is read again.
 */
export function useAction<V, R>(send: (input: V) => Promise<R>, onDone?: (result: R) => void) {
  const client = useQueryClient()
  const account = useAccount()
  const mutation = useMutation({
    mutationFn: send,
    onSuccess: (result) => {
      const seq = (result as { seq?: unknown } | null)?.seq
      if (typeof seq === 'number') noteWrite(seq)
      if (account !== null) refreshOwn(client, account)
      onDone?.(result)
    },
  })
  return {
    run: (input: V) => mutation.mutate(input),
    busy: mutation.isPending,
    error: mutation.error,
    result: mutation.data ?? null,
    reset: mutation.reset,
  }
}
