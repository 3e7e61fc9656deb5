import type { PublishedResult, PublishedSet } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'

export const publishedView: ListView<PublishedSet> = {
  columns: [
    { title: 'col.publisher', cell: (one) => one.publisher },
    { title: 'col.published', cell: (one) => one.published },
    { title: 'col.rows', cell: (one) => `${one.rows}`, right: true },
    { title: 'col.source', cell: (one) => one.source },
    { title: 'col.digest', cell: (one) => one.digest, wide: true },
  ],
  name: (one) => one.format,
  empty: 'empty.published',
}

export const resultView: ListView<PublishedResult> = {
  columns: [
    { title: 'col.publisher', cell: ({ set }) => `${set.publisher} ${set.published}` },
    { title: 'col.model', cell: (one) => one.model },
    { title: 'col.matched', cell: (one, cli) => cli.say(`matched.${one.matched_by}`) },
    { title: 'col.detail', cell: (one) => one.detail },
    {
      title: 'col.figures',
      cell: ({ figures }) =>
        figures
          .map(({ figure, value, unit }) => `${figure} ${value}${unit === '' ? '' : ` ${unit}`}`)
          .join(', '),
    },
  ],
  name: (one) => one.model,
  empty: 'empty.publishedModel',
}
