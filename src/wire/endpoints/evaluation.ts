import { Assessed, NodeEvaluations, RetestBody } from '../dto/evaluation.ts'
import { Evaluation } from '../dto/provider.ts'
import { ReportFacts } from '../dto/report.ts'
import { BYTES, endpoints } from '../endpoint.ts'
import { Closed, Written, minSeq, pageQuery } from '../schema.ts'

const define = endpoints('evaluation')

export const evaluationEndpoints = {
  getEvaluation: define('GET /v1/nodes/{node_id}/evaluation', {
    access: 'public',
    summary: 'The measured report behind a node’s grade',
    response: Evaluation,
  }),
  listEvaluations: define('GET /v1/nodes/{node_id}/evaluations', {
    access: 'public',
    summary: 'Verified reports of a node, its standing one, and its class',
    query: Closed({ ...pageQuery, ...minSeq }),
    response: NodeEvaluations,
  }),
  reportEvaluation: define('POST /v1/evaluations', {
    access: 'key',
    summary: 'A signed report file of `suan evaluate`; the exchange checks all of it and grades it',
    body: BYTES,
    response: Assessed,
  }),
  getReport: define('GET /v1/evaluations/{digest}', {
    access: 'public',
    summary: 'The file of a verified report, as it was signed: `suan verify-report` checks it',
    response: BYTES,
  }),
  describeReport: define('GET /v1/evaluations/{digest}/facts', {
    access: 'public',
    summary:
      'A verified report with what follows from it: metrics beside the reference, points, class',
    query: Closed(minSeq),
    response: ReportFacts,
  }),
  requestRetest: define('POST /v1/nodes/{node_id}/retests', {
    access: 'provide',
    summary: 'Ask that an assessor measures one’s own node again',
    body: RetestBody,
    response: Written,
  }),
} as const
