import { useInfiniteQuery } from '@tanstack/react-query'

interface Page<T> {
  readonly data: readonly T[]
  readonly next_cursor: string | null
}

/** A list of an account that is read page after page, newest first. */
export function usePages<T>(
  key: readonly unknown[],
  fetchPage: (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<T>>,
  { limit = 25, refetchMs }: { readonly limit?: number; readonly refetchMs?: number } = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      fetchPage(pageParam === null ? { limit } : { limit, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: refetchMs ?? false,
  })
  return { ...query, rows: query.data?.pages.flatMap((page) => page.data) ?? [] }
}
