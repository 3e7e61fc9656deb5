import { expect, test } from 'vitest'
import type { WorkloadSpec } from '../../../messages/index.ts'
import { testFolder } from '../../../../test/support/test-folder.ts'
import { policyManifest, quotaManifest } from './allocation.ts'
import { quantity } from './machine.ts'
import { kubernetesOptions } from './options.ts'
import { planPod, type World } from './plan-pod.ts'

const WORLD: World = {
  cluster: { config: '/none', context: null },
  node: 'n1',
  courier: 'localhost/courier:1',
  agent: 'abc',
  venue: 'venue',
  drains: false,
}
const SPEC: WorkloadSpec = {
  command: ['sh', '-c', 'echo $$ $(NAME)'],
  environment: [{ name: 'NAME', value: 'secret $(HOME)' }],
  image: 'registry.example/program@sha256:00',
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}
const RESOURCES = { cores: 2, memoryMib: 512, diskMib: 100, cards: 0 }

interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly valueFrom: unknown }[]
  readonly resources: Readonly<Record<'limits' | 'requests', Readonly<Record<string, string>>>>
  readonly securityContext: unknown
}

function planned(spec: Partial<WorkloadSpec> = {}, workload = 7, lease = 3, world = WORLD) {
  const folder = `${testFolder('suan-pod-')}/workloads/${workload}`
  const task = { workload, spec: { ...SPEC, ...spec }, folder }
  const { launch } = planPod(world, { lease, resources: RESOURCES }, task)
  const { spec: pod } = launch.pod as unknown as {
    readonly spec: Readonly<Record<string, unknown>> & {
      readonly containers: readonly Container[]
      readonly initContainers: readonly Container[]
    }
  }
  return { launch, pod, main: pod.containers[0] as Container }
}

test('a daemon that drains keeps a place for what it sold on a cordoned node, not for its tries', () => {
  const draining = { ...WORLD, drains: true }
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
  expect(planned({}, 7, 3, draining).pod).toMatchObject({ tolerations: [cordon] })
  expect(planned({}, 0, 0, draining).pod).toMatchObject({ tolerations: [] })
  expect(planned().pod).toMatchObject({ tolerations: [] })
})

test('a pod is run once, bound to the node, without rights', () => {
  const { launch, pod } = planned()
  expect(launch.namespace).toBe('suan-abc-3')
  expect(launch.pod.metadata.name).toBe('suan-abc-3-7')
  expect(pod).toMatchObject({
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  })
  expect(JSON.stringify(pod['affinity'])).toContain('"values":["n1"]')
  for (const { securityContext } of pod.containers) {
    expect(securityContext).toEqual({
      runAsUser: 65_534,
      runAsGroup: 65_534,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    })
  }
})

test('what was bought is asked for and is the limit', () => {
  const { main } = planned()
  expect(main.resources.limits).toEqual({
    cpu: '2',
    memory: '512Mi',
    'ephemeral-storage': '164Mi',
  })
  expect(main.resources.requests).toEqual(main.resources.limits)
  const { hard } = quotaManifest(RESOURCES)['spec'] as { hard: Record<string, string> }
  expect(hard).toMatchObject({ 'limits.cpu': '2200m', 'limits.memory': '576Mi' })
  expect(hard).toMatchObject({ services: '0', persistentvolumeclaims: '0' })
})

test('a command arrives as it is, though a cluster would replace what looks like its variables', () => {
  const { main } = planned()
  expect(main.command).toEqual(['sh'])
  expect(main.args).toEqual(['-c', 'echo $$$$ $$(NAME)'])
})

test('the environment is in no manifest, but in a secret of the namespace', () => {
  const { launch, main } = planned()
  expect(JSON.stringify(launch.pod)).not.toContain('secret $(HOME)')
  const at = main.env?.findIndex(({ name }) => name === 'NAME') ?? -1
  const { data } = launch.secret as unknown as { data: Record<string, string> }
  expect(Buffer.from(data[`v${at}`] ?? '', 'base64').toString()).toBe('secret $(HOME)')
  // An image knows its own search path.
  expect(main.env?.map(({ name }) => name)).not.toContain('PATH')
  expect(() => planned({ environment: [{ name: 'A=B', value: '' }] })).toThrow(
    expect.objectContaining({ code: 'START_FAILED' }),
  )
})

test('a program of our own may be run again, and takes nothing of what was bought', () => {
  const { launch, pod, main } = planned({}, 0)
  expect(launch.pod.metadata.name).toMatch(/^suan-abc-3-0-[0-9a-f]{6}$/)
  expect(pod.containers).toHaveLength(1)
  expect(main.resources.limits).toMatchObject({ cpu: '100m', memory: '32Mi' })
})

test('out of a lease leads only what is public, into it nothing', () => {
  const { spec } = policyManifest() as unknown as { spec: Record<string, unknown> }
  expect(spec['policyTypes']).toEqual(['Ingress', 'Egress'])
  expect(spec['ingress']).toEqual([{ from: [{ podSelector: {} }] }])
  const text = JSON.stringify(spec['egress'])
  for (const closed of ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']) {
    expect(text).toContain(closed)
  }
})

test('quantities are read as Kubernetes writes them', () => {
  expect([quantity('2'), quantity('1900m'), quantity('64Ki'), quantity()]).toEqual([
    2, 1.9, 65_536, 0,
  ])
})

test('settings name what is missing', () => {
  expect(() => kubernetesOptions({ node: 'n' }, {})).toThrow(
    expect.objectContaining({
      code: 'KUBERNETES_SETTINGS',
      facts: { missing: 'SUAN_KUBE_COURIER' },
    }),
  )
  const found = kubernetesOptions({ context: 'c' }, { SUAN_KUBE_NODE: 'n', SUAN_KUBE_COURIER: 'i' })
  expect(found).toMatchObject({ node: 'n', courier: 'i', cluster: { context: 'c' } })
})

test('DLV-034 the program can read its notices, and only its courier can write them', () => {
  const { pod, main } = planned({ inputs: [] })
  const mounts = (container: Container) =>
    (container as unknown as { volumeMounts: { name: string; mountPath: string }[] }).volumeMounts
  const notices = (container: Container) =>
    mounts(container).filter(({ name }) => name === 'notices')
  expect(notices(main)).toEqual([{ name: 'notices', mountPath: '/suan', readOnly: true }])
  expect(notices(pod.containers[1] as Container)).toEqual([
    { name: 'notices', mountPath: '/courier/notices' },
  ])
  // It is none of the inputs, which are bound one by one.
  expect(mounts(main).filter(({ name }) => name === 'inputs')).toEqual([])
  expect(main.env?.map(({ name }) => name)).toContain('SUAN_NOTICE')
})
