/** Every product with the grades of its machines, what can be bought, and the price of a standard unit. */
import { useQuery } from '@tanstack/react-query'
import { useText } from '../i18n/use-text.ts'
import type { Catalog } from '../../wire/index.ts'
import { PublishedPanel } from '../published/published-panel.tsx'
import { catalogQuery, type Hardware } from '../state/queries.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { ProductPanel } from './product-panel.tsx'

const MODELS_SHOWN = 10

export function CataloguePage() {
  const t = useText()
  const query = useQuery(catalogQuery)
  return (
    <Page title={t.catalogue.title} lead={t.catalogue.lead}>
      {query.isPending ? (
        <Loading lines={6} />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          {query.data.data.length === 0 && <Empty title={t.catalogue.none} />}
          {query.data.data.map((one) => (
            <ProductPanel key={one.product.id} sold={one} />
          ))}
          <p className="small muted">{t.catalogue.standardHow}</p>
          <PublishedPanel hardware={hardwareOf(query.data)} />
        </>
      )}
    </Page>
  )
}

/** The models of all machines on offer, each once. */
function hardwareOf({ data }: Catalog): Hardware[] {
  const all = data.flatMap(({ hardware }) => hardware)
  const keys = all.map(({ kind, model }) => `${kind} ${model}`)
  return all.filter((_one, at) => keys.indexOf(keys[at] ?? '') === at).slice(0, MODELS_SHOWN)
}
