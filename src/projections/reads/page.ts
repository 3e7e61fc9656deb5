/** The page arguments of every list. */
import type { PageArgs } from '../../messages/index.ts'

/** Ids of the page lie strictly below this. */
export const below = ({ before }: PageArgs): number => before ?? Number.MAX_SAFE_INTEGER

/** Seqs of the page lie strictly above this. */
export const after = ({ afterSeq }: PageArgs): number => afterSeq ?? -1

/** The filters that are not null. */
export function given<F extends Readonly<Record<string, number | string | null>>>(
  filters: F,
): { [K in keyof F]?: NonNullable<F[K]> } {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== null)) as {
    [K in keyof F]?: NonNullable<F[K]>
  }
}
