import { expect, test } from 'vitest'
import { chooseVersion, VERSIONS, type JobRequest } from './versions.ts'

const served = (...names: string[]) => ({
  paths: Object.fromEntries(
    names.flatMap((name) => [
      [`/slurm/${name}/ping`, {}],
      [`/slurmdb/${name}/jobs/`, {}],
    ]),
  ),
})
const job: JobRequest = {
  name: 'suan-a-1-2',
  comment: 'suan=a/1/2',
  account: 'suan-a-1',
  partition: 'main',
  reservation: 'suan-a-1',
  node: 'n1',
  cores: 2,
  memoryMib: 512,
  minutes: 61,
  exclusive: false,
  directory: '/shared/job',
  output: '/shared/job/stdout',
  errors: '/shared/job/stderr',
  script: '#!/bin/sh\n',
}
const bodyOf = (name: string, request = job) =>
  VERSIONS.find((each) => each.name === name)?.submit(request)

test('of the versions that a cluster serves the best known one is taken', () => {
  expect(chooseVersion(served('v0.0.36', 'v0.0.38', 'v0.0.37')).name).toBe('v0.0.38')
  expect(chooseVersion(served('v0.0.40', 'v0.0.41', 'v0.0.42')).name).toBe('v0.0.42')
  expect(chooseVersion(served('v0.0.45', 'v0.0.99')).name).toBe('v0.0.45')
})

test('a cluster of which no version is known is refused by name', () => {
  const call = () => chooseVersion(served('v0.0.99', 'v0.0.35'))
  expect(call).toThrow(
    expect.objectContaining({ code: 'SLURM_VERSION', facts: { served: 'v0.0.35 v0.0.99' } }),
  )
  expect(() => chooseVersion(null)).toThrow(expect.objectContaining({ facts: { served: 'none' } }))
})

test('22.05 gets plain numbers, a map, and the word by which it does not requeue', () => {
  expect(bodyOf('v0.0.38')).toEqual({
    script: '#!/bin/sh\n',
    job: {
      name: 'suan-a-1-2',
      comment: 'suan=a/1/2',
      account: 'suan-a-1',
      partition: 'main',
      reservation: 'suan-a-1',
      tasks: 1,
      cpus_per_task: 2,
      memory_per_node: 512,
      time_limit: 61,
      no_requeue: true,
      current_working_directory: '/shared/job',
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      standard_output: '/shared/job/stdout',
      standard_error: '/shared/job/stderr',
    },
  })
})

test('a whole node is asked for, and the script lies where the version looks for it', () => {
  const whole = { ...job, exclusive: true }
  expect(bodyOf('v0.0.38', whole)).toMatchObject({ job: { exclusive: 'exclusive' } })
  expect(bodyOf('v0.0.39')).toMatchObject({ script: '#!/bin/sh\n' })
  expect(bodyOf('v0.0.40')).toMatchObject({ job: { script: '#!/bin/sh\n' } })
})

// From the documentation of 23.02, 23.11, 24.11 and 25.11; no such cluster was met here.
test.each(['v0.0.39', 'v0.0.40', 'v0.0.42', 'v0.0.44'])(
  '%s gets numbers that may be unset',
  (name) => {
    expect(bodyOf(name, { ...job, exclusive: true })).toMatchObject({
      job: {
        required_nodes: ['n1'],
        memory_per_node: { set: true, infinite: false, number: 512 },
        time_limit: { set: true, infinite: false, number: 61 },
        requeue: false,
        shared: ['none'],
        environment: ['PATH=/usr/local/bin:/usr/bin:/bin'],
      },
    })
    expect(JSON.stringify(bodyOf(name))).not.toMatch(/no_requeue|"shared"/)
  },
)

test('a signal goes to all processes of a job', () => {
  const query = (name: string) =>
    VERSIONS.find((each) => each.name === name)?.signalQuery('SIGTERM')
  expect(query('v0.0.38')).toBe('signal=SIGTERM')
  expect(query('v0.0.42')).toBe('signal=SIGTERM&flags=FULL_JOB')
})
