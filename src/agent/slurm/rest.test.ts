import { createServer, type IncomingMessage, type Server } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import { Slurm } from './rest.ts'

type Answer = { readonly status?: number; readonly body: unknown }
const OPENAPI = { paths: { '/slurm/v0.0.38/ping': {}, '/slurm/v0.0.37/ping': {} } }
const folder = testFolder('suan-slurm-rest-')
const keyFile = join(folder, 'key')
writeFileSync(keyFile, 'k'.repeat(32))
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A socket that gives recorded answers by method and path, and what it was asked. */
async function recorded(
  answers: Readonly<Record<string, Answer>>,
): Promise<{ slurm: Slurm; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = []
  const path = join(folder, `socket-${servers.length}-${Math.floor(performance.now())}`)
  const server = createServer((request, response) => {
    asked.push(request)
    const { status = 200, body } = answers[`${request.method} ${request.url}`] ?? { body: OPENAPI }
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const access = { user: 'alice', keyFile, tokenFile: null, confFile: '' }
  return { slurm: new Slurm({ ...access, url: `unix:${path}` }), asked }
}
const error = (number: number, text: string): Answer => ({
  status: 500,
  body: { errors: [{ error_number: number, error: text, description: '' }] },
})

test('every call carries user and token, and the version is asked for once', async () => {
  const { slurm, asked } = await recorded({ 'GET /slurm/v0.0.38/nodes': { body: { nodes: [] } } })
  await slurm.nodes()
  await slurm.nodes()
  expect(asked.map(({ url }) => url)).toEqual([
    '/openapi/v3',
    '/slurm/v0.0.38/nodes',
    '/slurm/v0.0.38/nodes',
  ])
  for (const { headers } of asked) {
    expect(headers['x-slurm-user-name']).toBe('alice')
    expect(String(headers['x-slurm-user-token']).split('.')).toHaveLength(3)
  }
})

test('a job that is unknown is none, any other refusal is told in Slurm’s words', async () => {
  const { slurm } = await recorded({
    'GET /slurm/v0.0.38/job/7': error(2017, 'Invalid job id specified'),
    'GET /slurm/v0.0.38/job/8': error(2002, 'Access/permission denied'),
    'GET /slurm/v0.0.38/job/9': { status: 502, body: '<html>no</html>' },
  })
  expect(await slurm.job(7)).toBeNull()
  await expect(slurm.job(8)).rejects.toMatchObject({
    status: 500,
    message: 'Access/permission denied',
  })
  await expect(slurm.job(9)).rejects.toMatchObject({ status: 502 })
})

test('a signal that a waiting job cannot take is not an error', async () => {
  const { slurm } = await recorded({
    'DELETE /slurm/v0.0.38/job/7?signal=SIGTERM': error(2020, 'Job can not be altered now'),
    'DELETE /slurm/v0.0.38/job/8?signal=SIGTERM': { body: { errors: [] } },
    'DELETE /slurm/v0.0.38/job/9?signal=SIGTERM': error(2021, 'Job/step already completing'),
  })
  expect(await slurm.signal(7, 'SIGTERM')).toBe(false)
  expect(await slurm.signal(8, 'SIGTERM')).toBe(true)
  expect(await slurm.signal(9, 'SIGTERM')).toBe(true)
})

test('accounting that knows nothing yet is an empty list', async () => {
  const nothing = error(9003, 'Nothing found with query')
  const { slurm } = await recorded({
    'GET /slurmdb/v0.0.38/job/7': nothing,
    'GET /slurmdb/v0.0.38/jobs?account=a&start_time=2020-01-01': nothing,
  })
  expect(await slurm.accountedJob(7)).toBeNull()
  expect(await slurm.accountedJobs('a')).toEqual([])
})

test('a slurmrestd that is not there is a fault that may pass, and is asked again', async () => {
  const access = { user: 'alice', keyFile, tokenFile: null, confFile: '' }
  const slurm = new Slurm({ ...access, url: `unix:${join(folder, 'nobody')}` })
  const fault = { code: 'ENGINE_UNREACHABLE', retryable: true }
  await expect(slurm.nodes()).rejects.toMatchObject(fault)
  await expect(slurm.nodes()).rejects.toMatchObject(fault)
})
