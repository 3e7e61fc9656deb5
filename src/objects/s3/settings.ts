/** Where a bucket is and with which key: from an address and the environment. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../messages/index.ts'
import type { S3Address } from './http.ts'
import type { Credentials } from './sign.ts'

export interface S3Settings extends S3Address {
  /** of every key, '' or ending in a slash */
  readonly prefix: string
  readonly credentials: Credentials
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads `s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-1`. Without `endpoint` it is
 * Amazon's of the region; without `region` AWS_REGION, else `us-east-1`. The key is that of
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or of AWS_PROFILE in the file
 * AWS_SHARED_CREDENTIALS_FILE (`~/.aws/credentials`). Throws Fault OBJECTS_ADDRESS with fact `why`.
 */
export function s3Settings(address: string, env: Environment): S3Settings {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || url.protocol !== 's3:' || url.hostname === '') {
    throw wrong('not s3://bucket/prefix?endpoint=…&region=…')
  }
  const asked = [...url.searchParams.keys()].find((name) => !['endpoint', 'region'].includes(name))
  if (asked !== undefined) throw wrong(`unknown: ${asked}`)
  const region = url.searchParams.get('region') ?? env['AWS_REGION'] ?? 'us-east-1'
  const given = url.searchParams.get('endpoint') ?? env['AWS_ENDPOINT_URL_S3']
  const endpoint = given ?? `https://s3.${region}.amazonaws.com`
  if (!/^https?:\/\/[^/?#]+\/?$/.test(endpoint)) throw wrong(`endpoint ${endpoint}`)
  const path = decodeURIComponent(url.pathname).replaceAll(/^\/+|\/+$/g, '')
  return {
    endpoint: endpoint.replace(/\/$/, ''),
    region,
    bucket: url.hostname,
    prefix: path === '' ? '' : `${path}/`,
    credentials: fromEnvironment(env) ?? fromFile(env),
  }
}

function fromEnvironment(env: Environment): Credentials | null {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? ''
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? ''
  if (accessKeyId === '' || secretAccessKey === '') return null
  return credentials(accessKeyId, secretAccessKey, env['AWS_SESSION_TOKEN'])
}

function fromFile(env: Environment): Credentials {
  const path = env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws', 'credentials')
  const profile = env['AWS_PROFILE'] ?? 'default'
  if (!existsSync(path)) throw wrong('no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  const values = new Map<string, string>()
  let section = ''
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim() ?? section
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (section === profile && name !== undefined && value !== undefined) values.set(name, value)
  }
  const [id, secret] = [values.get('aws_access_key_id'), values.get('aws_secret_access_key')]
  if (id === undefined || secret === undefined) throw wrong(`no profile ${profile} in ${path}`)
  return credentials(id, secret, values.get('aws_session_token'))
}

function credentials(accessKeyId: string, secretAccessKey: string, token = ''): Credentials {
  return { accessKeyId, secretAccessKey, ...(token === '' ? {} : { sessionToken: token }) }
}

function wrong(why: string): Fault {
  return new Fault('OBJECTS_ADDRESS', { retryable: false, facts: { why } })
}
