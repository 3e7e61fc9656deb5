import { ImportQuery, PublishedQuery, PublishedResults, PublishedSet } from '../dto/published.ts'
import { BYTES, endpoints } from '../endpoint.ts'
import { ListOf } from '../schema.ts'

const define = endpoints('public results')

export const publishedEndpoints = {
  listPublished: define('GET /v1/published', {
    access: 'public',
    summary: 'Imported files of public results: whose, from where, of which day',
    response: ListOf(PublishedSet),
  }),
  searchPublished: define('GET /v1/published/results', {
    access: 'public',
    summary: 'Public results of a model, and how it was matched; nothing of it was measured here',
    query: PublishedQuery,
    response: PublishedResults,
  }),
  importPublished: define('PUT /v1/admin/published', {
    access: 'admin',
    summary: 'Import a file of public results (MLPerf, SPECpower, PassMark); all of it or nothing',
    query: ImportQuery,
    body: BYTES,
    response: PublishedSet,
  }),
} as const
