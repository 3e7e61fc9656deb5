import type { LeaseSla, Sla } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { money, ppm as percent, span, when } from '../output/values.ts'

export const slaView: ListView<Sla> = {
  columns: [
    { title: 'col.id', cell: (one) => one.sla_id },
    { title: 'col.version', cell: (one) => `${one.version}`, right: true },
    { title: 'col.name', cell: (one) => one.profile.name },
    {
      title: 'col.availability',
      cell: (one) => percent(one.profile.availability_ppm),
      right: true,
    },
    {
      title: 'col.compensation',
      cell: (one) =>
        one.profile.credit_curve
          .map((step) => `< ${percent(step.below_ppm)}: ${percent(step.credit_ppm)}`)
          .join(', '),
    },
  ],
  name: (one) => one.sla_id,
  empty: 'empty.slas',
}

export const leaseSlaView: Pick<ListView<LeaseSla>, 'columns' | 'name'> = {
  columns: [
    { title: 'col.lease', cell: (one) => one.lease_id },
    { title: 'col.name', cell: (one) => one.promise?.profile.name ?? '-' },
    {
      title: 'col.availability',
      cell: (one) => (one.promise === null ? '-' : percent(one.promise.profile.availability_ppm)),
    },
    { title: 'col.breach', cell: (one, cli) => span(cli, one.breach_minutes * 60) },
    { title: 'col.uncharged', cell: (one, cli) => span(cli, one.uncharged_seconds) },
    { title: 'col.compensation', cell: (one) => money(one.credited, one.currency) },
    { title: 'col.judged', cell: (one, cli) => when(cli, one.judged_at) },
  ],
  name: (one) => one.lease_id,
}

export const creditView: ListView<LeaseSla['credits'][number]> = {
  columns: [
    { title: 'col.window', cell: (one) => `${one.window}`, right: true },
    { title: 'col.time', cell: (one, cli) => when(cli, one.at) },
    { title: 'col.availability', cell: (one) => percent(one.availability_ppm), right: true },
    { title: 'col.breach', cell: (one, cli) => span(cli, one.breach_minutes * 60), right: true },
    { title: 'col.billed', cell: (one) => money(one.charge), right: true },
    { title: 'col.compensation', cell: (one) => money(one.credit), right: true },
    { title: 'col.refund', cell: (one) => money(one.refund), right: true },
    { title: 'col.paid', cell: (one) => money(one.paid), right: true },
  ],
  name: (one) => `${one.window}`,
  empty: 'empty.slas',
}
