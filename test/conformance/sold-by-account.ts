/** The fleet of a real cluster, by a daemon that has no more rights than the manifest gives it. */
import { equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'
import type { KubernetesOptions } from '../../src/agent/index.ts'
import { System, until } from '../crash/system.ts'
import { MANIFEST } from '../tools/fake-kubernetes/rights.ts'

const run = promisify(execFile)
const RIGHTS = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding']
const LABEL = 'suan.io/sell'
const TOKEN = '/api/v1/namespaces/suan/serviceaccounts/suan-provider/token'
/** A node that says it is ready, and has nobody who would run a pod. */
const PAPER = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'paper', labels: { [LABEL]: 'true' } },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    allocatable: { cpu: '4', memory: '8Gi', pods: '10' },
  },
}
const NEED = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y']

/**
 * 1 the account of the manifest, 2 a fleet of the node and of one that does not work, 3 work, a
 * cordon and a restart, 4 everything is taken back.
 */
export async function soldByAccount({ cluster, node, courier }: KubernetesOptions): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'suan-account-'))
  const kubectl = async (...words: string[]): Promise<string> =>
    (await run('kubectl', [`--kubeconfig=${cluster.config}`, ...words])).stdout
  const file = (name: string, content: unknown): string => {
    writeFileSync(join(root, name), JSON.stringify(content))
    return join(root, name)
  }
  const all = parseAllDocuments(readFileSync(MANIFEST, 'utf8')).map((each) => each.toJS() as object)
  const items = all.filter((each) => 'kind' in each && RIGHTS.includes(String(each.kind)))
  const rights = file('rights.json', { apiVersion: 'v1', kind: 'List', items })
  await kubectl('apply', '-f', rights)
  await kubectl('apply', '--dry-run=server', '-f', MANIFEST)
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const answer = await kubectl('create', '--raw', TOKEN, '-f', file('token.json', asked))
  const { token } = (JSON.parse(answer) as { readonly status: { readonly token: string } }).status
  const admin = parse(readFileSync(cluster.config ?? '', 'utf8')) as {
    readonly users: readonly { readonly name: string }[]
  }
  const users = admin.users.map(({ name }) => ({ name, user: { token } }))
  const config = file('account.conf', { ...admin, users })
  await kubectl('label', 'node', node, `${LABEL}=true`)
  await kubectl('create', '-f', file('paper.json', PAPER))
  const env = { SUAN_KUBECONFIG: config }
  const system = await System.at(root, { provider: false, env })
  try {
    system.startServer()
    await system.serverReady()
    const flags = ['--kube-nodes', `${LABEL}=true`, '--courier', courier, '--keep-leases']
    await system.startSeller(...flags)
    const said = (what: string, machine: string): boolean =>
      system.sellerPrinted().includes(`"what":"${what}","machine":"${machine}"`)
    await until('the node is listed', () => said('node listed', node))
    const buyer = { SUAN_API_KEY: system.token('buyer') }
    match(await system.cli(['run', ...NEED, '--', 'echo', 'hello'], buyer), /^hello$/m)
    // What runs goes on while its node is cordoned and its daemon starts again.
    const script = 'for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i; sleep 2; done'
    const long = system.cli(['run', ...NEED, '--', 'sh', '-c', script], buyer)
    await until('it runs', async () => (await podsOf(kubectl)).includes('Running'))
    await kubectl('cordon', node)
    await until('the node is draining', () => said('node draining', node))
    equal(await system.stopSeller(), 0)
    ok((await podsOf(kubectl)).includes('Running'))
    await system.startSeller(...flags)
    match(await long, /line 10\n/)
    await kubectl('uncordon', node)
    await until('the node is listed again', () => said('node listed', node))
    ok(!said('node looked after', 'paper'))
  } finally {
    console.log(system.sellerPrinted().slice(-6_000))
    await system.destroy()
    await kubectl('delete', 'node', 'paper', '--wait=false')
    await kubectl('uncordon', node)
    await kubectl('label', 'node', node, `${LABEL}-`)
    await kubectl('delete', 'namespace', '-l', 'suan.agent', '--wait=false')
    await kubectl('delete', '-f', rights, '--wait=false')
    rmSync(root, { recursive: true, force: true })
  }
}

/** Phases of the pods that run programs of leases. */
async function podsOf(kubectl: (...words: string[]) => Promise<string>): Promise<string> {
  const phases = 'jsonpath={.items[*].status.phase}'
  return kubectl('get', 'pods', '-A', '-l', 'suan.workload,suan.workload!=0', '-o', phases)
}
