/** From a workload that may start to its first line on Kubernetes, beside a bare pod of the same cluster. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Cluster,
  decodeFrames,
  kubernetesDriver,
  type KubernetesOptions,
} from '../../src/agent/index.ts'
import { DriverBench } from '../../test/conformance/bench.ts'
import { findKubernetes } from '../../test/tools/kubernetes.ts'
import { median, row, type Row } from '../row.ts'

const ROUNDS = 5
const LOOK_MS = 2
const COMMAND = ['sh', '-c', 'echo line']
const PODS = '/api/v1/namespaces/default/pods'
/** Of the bare engine's own start, and beside it. */
const [MOST_TIMES, MOST_MS] = [1.5, 200]

export async function kubernetesFirstLine(): Promise<Row[]> {
  const found = findKubernetes()
  if ('why' in found) throw new Error(found.why)
  const options = await found.begin()
  const bench = new DriverBench(async (folder) => kubernetesDriver(folder, options))
  try {
    await bench.begin()
    const own: number[] = []
    const bare: number[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const bareMs = await barePod(options, round)
      const ownMs = await workload(bench)
      if (round === 0) continue
      own.push(ownMs)
      bare.push(bareMs)
    }
    const must = Math.round(median(bare) * MOST_TIMES + MOST_MS)
    const peer = ['bare pod: create to the first byte', median(bare)] as const
    const what = 'from startWorkload to the first line'
    const target = { must, better: 'low' } as const
    return [row('kubernetes-first-line', what, median(own), 'ms', peer, target)]
  } finally {
    await bench.end()
    await found.end()
  }
}

async function workload(bench: DriverBench): Promise<number> {
  const from = performance.now()
  const handle = await bench.start({ command: COMMAND })
  while (decodeFrames(handle.log(0, 65_536)).frames.length === 0) await sleep(LOOK_MS)
  const tookMs = performance.now() - from
  // The next pod of the namespace must not wait for this one.
  while (handle.exit() === null) await sleep(LOOK_MS)
  await sleep(1_500)
  return tookMs
}

/** Creates a pod with nothing but a program, and asks for its log until there is one. */
async function barePod({ cluster, node, courier }: KubernetesOptions, round: number) {
  const api = new Cluster(cluster)
  const name = `suan-bare-${process.pid}-${round}`
  const pod = {
    metadata: { name },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: courier, command: COMMAND }],
    },
  }
  const from = performance.now()
  await api.create(PODS, pod)
  await firstByte(api, `${PODS}/${name}/log`)
  const tookMs = performance.now() - from
  await api.remove(`${PODS}/${name}`, 0)
  await sleep(1_500)
  return tookMs
}

async function firstByte(api: Cluster, log: string): Promise<void> {
  for (;;) {
    try {
      const answer = await api.open(log, { query: { follow: 'true' }, timeoutMs: 0 })
      await once(answer, 'data')
      answer.destroy()
      return
    } catch (error) {
      // Its container is still being made.
      if (!(error instanceof Error)) throw error
      await sleep(20)
    }
  }
}
