import type { Challenge } from '../../wire/index.ts'
import type { Conducted } from '../assess/conduct.ts'
import type { ListView } from '../output/print.ts'
import { when, word } from '../output/values.ts'

/** Measured over contract: of a witness as the exchange took it, of others as far as it is known. */
function ratioText({ ratio_ppm, measured, contract }: Challenge): string {
  if (ratio_ppm !== null) return (ratio_ppm / 1_000_000).toFixed(3)
  return contract === 0 || measured === 0 ? '-' : (measured / contract).toFixed(3)
}

export const challengeView: ListView<Challenge> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    { title: 'col.proof', cell: (one, cli) => word(cli, one.proof) },
    { title: 'col.lease', cell: (one) => one.lease_id ?? '-' },
    { title: 'col.opened', cell: (one, cli) => when(cli, one.opened_at) },
    { title: 'col.result', cell: (one, cli) => word(cli, one.end ?? one.step) },
    { title: 'col.took', cell: tookText, right: true },
    { title: 'col.seen', cell: (one) => rateText(one.measured), right: true },
    { title: 'col.contract', cell: (one) => rateText(one.contract), right: true },
    { title: 'col.ratio', cell: ratioText, right: true },
    { title: 'col.audit', cell: (one) => one.audit_id ?? '-', wide: true },
    { title: 'col.assessor', cell: (one) => one.account_id, wide: true },
  ],
  name: (one) => one.id,
  empty: 'empty.challenges',
}

/** The same with what did not hold, for whoever checked it. */
export const conductedView: ListView<Challenge & { readonly fault: string | null }> = {
  ...challengeView,
  columns: [
    { title: 'col.node', cell: (one) => one.node_id },
    ...challengeView.columns,
    { title: 'col.broken', cell: (one) => one.fault ?? '-' },
  ],
}

export const conductedRow = ({ challenge, fault }: Conducted) => ({ ...challenge, fault })

function tookText({ opened_at, committed_at }: Challenge): string {
  if (committed_at === null) return '-'
  return `${((Date.parse(committed_at) - Date.parse(opened_at)) / 1_000).toFixed(2)} s`
}

const STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** `1.25 G/s`; a dash for what is not known. */
function rateText(rate: number): string {
  if (rate === 0) return '-'
  const [step, letter] = STEPS.find(([one]) => rate >= one) ?? [1, '']
  return `${(rate / step).toFixed(2)} ${letter}/s`
}
