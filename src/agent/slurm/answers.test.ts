import { expect, test } from 'vitest'
import { accountedJobsOf, errorNumbersOf, errorsOf, jobsOf, nodesOf } from './answers.ts'

/** As Slurm 22.05.8 answered (v0.0.38), cut down to what is read. */
const job38 = (state: string, exitCode: number) => ({
  errors: [],
  jobs: [
    {
      job_id: 87,
      name: 'suan-a-1-2',
      comment: 'suan=a/1/2',
      account: 'suan-a-1',
      job_state: state,
      state_reason: 'NonZeroExitCode',
      exit_code: exitCode,
    },
  ],
})
/** Made from the documentation of v0.0.40 and later; no such cluster was met here. */
const job40 = (states: readonly string[], code: number, signal: number | null) => ({
  errors: [],
  jobs: [
    {
      ...job38('', 0).jobs[0],
      job_state: states,
      exit_code: {
        status: [signal === null ? 'ERROR' : 'SIGNALED'],
        return_code: { set: true, infinite: false, number: code },
        signal: { id: { set: signal !== null, infinite: false, number: signal ?? 0 }, name: '' },
      },
    },
  ],
})

test('a job of 22.05: a wait status becomes an exit code as shells count', () => {
  expect(jobsOf(job38('FAILED', 768))).toEqual([
    {
      id: 87,
      name: 'suan-a-1-2',
      comment: 'suan=a/1/2',
      account: 'suan-a-1',
      state: 'FAILED',
      reason: 'NonZeroExitCode',
      exitCode: 3,
    },
  ])
  expect(jobsOf(job38('FAILED', 9))[0]?.exitCode).toBe(137)
  expect(jobsOf(job38('COMPLETED', 0))[0]?.exitCode).toBe(0)
})

test('a job of 23.02 and later: several states, wrapped numbers, signals by themselves', () => {
  expect(jobsOf(job40(['FAILED'], 3, null))[0]).toMatchObject({ state: 'FAILED', exitCode: 3 })
  expect(jobsOf(job40(['FAILED'], 0, 15))[0]).toMatchObject({ state: 'FAILED', exitCode: 143 })
  expect(jobsOf(job40(['CANCELLED', 'COMPLETING'], 0, null))[0]?.state).toBe('COMPLETING')
})

/** As Slurm 22.05.8 answered (dbv0.0.38), cut down to what is read. */
const accounted38 = {
  errors: [],
  jobs: [
    {
      job_id: 50,
      name: 'suan-a-1-2',
      account: 'suan-a-1',
      comment: { administrator: null, job: 'suan=a/1/2', system: null },
      state: { current: 'COMPLETED', reason: 'None' },
      exit_code: { status: 'SUCCESS', return_code: 0 },
      time: { submission: 1_795_886_764, total: { seconds: 0, microseconds: 0 } },
      steps: [
        {
          time: { total: { seconds: 1, microseconds: 288_214 } },
          tres: {
            requested: {
              max: [
                { type: 'cpu', count: 0 },
                { type: 'mem', count: 212_992 },
              ],
            },
          },
        },
        { time: { total: { seconds: 0, microseconds: 3_000 } } },
      ],
    },
  ],
}

test('accounting: processor time is that of all steps, memory that of the largest', () => {
  expect(accountedJobsOf(accounted38)).toEqual([
    {
      id: 50,
      name: 'suan-a-1-2',
      comment: 'suan=a/1/2',
      account: 'suan-a-1',
      state: 'COMPLETED',
      exitCode: 0,
      submittedSeconds: 1_795_886_764,
      cpuUs: 1_291_214,
      memoryPeakBytes: 212_992,
    },
  ])
})

test('nodes: partitions and states as a list or as text', () => {
  const node = { name: 'n1', hostname: 'vm', cpus: 2, real_memory: 4_000, state: 'idle' }
  const read = { name: 'n1', hostname: 'vm', cores: 2, memoryMib: 4_000, states: ['idle'] }
  const partitions = ['main', 'long']
  expect(nodesOf({ nodes: [{ ...node, partitions }] })).toEqual([{ ...read, partitions }])
  expect(nodesOf({ nodes: [{ ...node, partitions: 'main,long' }] })).toEqual([
    { ...read, partitions },
  ])
})

test('errors are told in Slurm’s own words, with its numbers', () => {
  const answer = {
    errors: [
      { description: 'Unable to find JobId=9', error_number: 2017, error: 'Invalid job id' },
    ],
  }
  expect(errorsOf(answer)).toBe('Unable to find JobId=9: Invalid job id')
  expect(errorNumbersOf(answer)).toEqual([2017])
  expect(errorsOf({ errors: [] })).toBeNull()
})

test('an answer of another shape is empty, not an error of this program', () => {
  for (const answer of [null, 3, 'x', {}, { jobs: null }, { jobs: [null, 4] }]) {
    expect(jobsOf(answer).every(({ id }) => id === 0)).toBe(true)
    expect(accountedJobsOf(answer).every(({ cpuUs }) => cpuUs === 0)).toBe(true)
  }
})
