import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Problem } from '../ui/states.tsx'

/** A screen that threw: says so and offers to load the page again. */
export function FailedPage({ error }: { readonly error: unknown }) {
  const t = useText()
  return (
    <Page title={t.errors.pageFailed}>
      <Problem error={error} />
      <p>
        <Button tone="primary" onClick={() => location.reload()}>
          {t.errors.reload}
        </Button>
      </p>
    </Page>
  )
}
