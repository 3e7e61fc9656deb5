/** Every product with the grades of its machines, what can be bought, and the price of a standard unit. */
import { useQuery } from '@tanstack/react-query'
import { useText } from '../i18n/use-text.ts'
import { catalogQuery } from '../state/queries.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { ProductPanel } from './product-panel.tsx'

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
        </>
      )}
    </Page>
  )
}
