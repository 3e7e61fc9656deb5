/** A page as every list of the API gives it. */
interface Page<T> {
  readonly data: readonly T[]
  readonly next_cursor: string | null
}

/**
 * Every item of a paged list, page after page:
 * `for await (const fill of items((page) => client.listFills({ query: page })))`.
 */
export async function* items<T>(
  fetchPage: (page: { cursor?: string }) => Promise<Page<T>>,
): AsyncGenerator<T, void, void> {
  let page: { cursor?: string } = {}
  for (;;) {
    const { data, next_cursor: next } = await fetchPage(page)
    yield* data
    if (next === null) return
    page = { cursor: next }
  }
}
