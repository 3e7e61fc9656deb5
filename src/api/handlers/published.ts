/** Public results of hardware: the operator imports files of them, anybody looks models up. */
import { formatTime } from '../../kernel/index.ts'
import type { EndpointGroups } from '../../wire/index.ts'
import type { Handlers } from '../handler.ts'
import { readWhole } from '../read-whole.ts'
import type { Services } from '../services.ts'

const FILE_BYTES = 16 * 1_048_576
/** of each file */
const RESULTS = 6

export function publishedHandlers({
  published,
  nowUs,
}: Services): Pick<Handlers, EndpointGroups['published']> {
  return {
    listPublished: async () => ({ data: [...(await published.sets())] }),
    searchPublished: ({ query }) =>
      published.search(query.kind, query.model, query.limit ?? RESULTS),
    importPublished: async ({ body, query }) =>
      published.import(await readWhole(body, FILE_BYTES), {
        ...query,
        importedAt: formatTime(nowUs()),
      }),
  }
}
