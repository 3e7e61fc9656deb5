import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Loading, Problem } from './states.tsx'
import styles from './paged-list.module.css'

interface Props {
  readonly pages: {
    readonly isPending: boolean
    readonly isError: boolean
    readonly error: unknown
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => unknown
    readonly refetch: () => unknown
  }
  readonly children: ReactNode
}

/** A list that is read page after page: its states around it, and a button for the next page. */
export function PagedList({ pages, children }: Props) {
  const t = useText()
  if (pages.isPending) return <Loading />
  if (pages.isError) return <Problem error={pages.error} onRetry={() => void pages.refetch()} />
  return (
    <>
      {children}
      {pages.hasNextPage && (
        <p className={styles['more']}>
          <Button small busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t.shell.more}
          </Button>
        </p>
      )}
    </>
  )
}
