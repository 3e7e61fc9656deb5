/** Reports of measured machines: taken when all of it holds, kept whole, shown to everybody. */
import type { AssessmentView } from '../../messages/index.ts'
import {
  idOf,
  toAssessedReport,
  toEvaluation,
  toStanding,
  type EndpointGroups,
} from '../../wire/index.ts'
import type { Handlers } from '../handler.ts'
import { caughtUp, mustNumber, pageArgs, toPage } from '../inputs.ts'
import { openObject } from '../objects.ts'
import { refused } from '../problem.ts'
import { reportFacts } from '../report-facts.ts'
import { takeReport } from '../reports.ts'
import type { Services } from '../services.ts'
import { eventOf, eventsOf, submit, written } from '../submit.ts'
import { ownNode } from './provider.ts'

export function evaluationHandlers(
  services: Services,
): Pick<Handlers, EndpointGroups['evaluation']> {
  const { door, readModels } = services
  return {
    getEvaluation: async ({ params }) => {
      const view = await door.ask('node', { node: mustNumber('node', params.node_id) })
      if (view?.evaluation === null || view?.evaluation === undefined) {
        throw refused('NOT_FOUND', { what: 'evaluation', id: params.node_id })
      }
      return toEvaluation(view.evaluation)
    },
    listEvaluations: async ({ params, query }) => {
      await caughtUp(services, query)
      const node = mustNumber('node', params.node_id)
      if ((await door.ask('node', { node })) === null) {
        throw refused('NOT_FOUND', { what: 'node', id: params.node_id })
      }
      const standing: AssessmentView | null = await door.ask('assessment', { node })
      const rows = await readModels.assessments({ ...pageArgs(query), node })
      const page = toPage(rows, query, { positionOf: ({ seq }) => seq, map: toAssessedReport })
      return { ...toStanding(node, standing), ...page }
    },
    reportEvaluation: async (incoming) => {
      const command = await takeReport(services, incoming.caller, incoming.body)
      const reply = await submit(services, incoming, command)
      const { node, reportDigest, rated, reasons, dimensions } = eventOf(reply, 'NodeAssessed')
      return {
        ...written(reply),
        node_id: idOf('node', node),
        report_digest: reportDigest,
        rated,
        reasons,
        dimensions,
        grades: eventsOf(reply, 'NodeGraded').map((event) => ({
          product_id: idOf('sku', event.sku),
          grade: event.grade,
        })),
      }
    },
    getReport: async ({ params: { digest } }) => {
      const row = await readModels.assessment({ digest })
      const view = row === null ? null : await door.ask('node', { node: row.node })
      if (view === null) throw refused('NOT_FOUND', { what: 'evaluation', id: digest })
      return { ...(await openObject(services, view.account, digest)), type: 'application/json' }
    },
    describeReport: async ({ params, query }) => {
      await caughtUp(services, query)
      return reportFacts(services, params.digest)
    },
    requestRetest: async (incoming) => {
      const { caller, params, body } = incoming
      const { node } = await ownNode(services, caller, params.node_id)
      const command = { kind: 'RequestRetest', node, reason: body.reason } as const
      return written(await submit(services, incoming, command))
    },
  }
}
