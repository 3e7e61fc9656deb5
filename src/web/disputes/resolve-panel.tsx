import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Dispute, Proposal } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { proposalsQuery } from '../state/queries.ts'
import { api, useSession } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { ProposeForm } from './propose-form.tsx'

interface Props {
  readonly account: string
  readonly dispute: Dispute
}

/** One person of the operator says how many seconds are billed, another one agrees. */
export function ResolvePanel({ account, dispute }: Props) {
  const t = useText()
  const format = useFormat()
  const user = useUser()
  const [approved, setApproved] = useState<Proposal | null>(null)
  const waiting = useQuery(proposalsQuery(account)).data?.data ?? []
  const rows = waiting.filter((one) => one.resolution?.dispute_id === dispute.id)
  const whyNot = (by: string | null): string | null =>
    user === null ? t.disputes.noPerson : by === user ? t.disputes.ownProposal : null
  return (
    <Panel title={t.disputes.resolve} note={t.disputes.resolveNote}>
      <ProposeForm dispute={dispute} why={user === null ? t.disputes.noPerson : null} />
      {rows.length > 0 && (
        <DataTable
          caption={t.disputes.proposals}
          rows={rows}
          rowKey={({ id }) => id}
          empty={null}
          columns={[
            { head: t.disputes.proposals, cell: ({ id }) => id },
            { head: t.disputes.proposedBy, cell: (row) => row.by_user_id ?? t.disputes.nobody },
            {
              head: t.disputes.accept,
              align: 'right',
              cell: ({ resolution: what }) => format.number(what?.accepted_seconds ?? 0),
            },
            { head: t.disputes.reason, cell: ({ resolution: what }) => what?.reason },
            { head: t.disputes.expires, wide: true, cell: (row) => format.moment(row.expires_at) },
            {
              head: t.shell.actions,
              quiet: true,
              cell: (row) => (
                <Button small why={whyNot(row.by_user_id)} onClick={() => setApproved(row)}>
                  {t.disputes.approve}
                </Button>
              ),
            },
          ]}
        />
      )}
      {approved !== null && <ApproveDialog proposal={approved} onClose={() => setApproved(null)} />}
    </Panel>
  )
}

function ApproveDialog(props: { readonly proposal: Proposal; readonly onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const { id, resolution } = props.proposal
  const approve = useAction(
    () => api().approve({ params: { proposal_id: id } }),
    () => props.onClose(),
  )
  const seconds = t.disputes.seconds(format.number(resolution?.accepted_seconds ?? 0))
  return (
    <ConfirmDialog
      title={t.disputes.approveTitle}
      text={t.disputes.approveText(seconds, resolution?.reason ?? '')}
      confirm={t.disputes.approve}
      action={approve}
      onClose={props.onClose}
    />
  )
}

/** The person who is signed in; null where the key belongs to nobody. */
function useUser(): string | null {
  const session = useSession()
  return session.status === 'signed_in' ? session.who.key.user_id : null
}
