import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../messages/index.ts'

/** What a server is shown: a token, a client certificate, or both. */
export interface Credentials {
  readonly token: string | null
  readonly cert: Buffer | null
  readonly key: Buffer | null
}

/** A user of a kubeconfig. */
export interface User {
  readonly token?: string
  readonly tokenFile?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly exec?: {
    readonly apiVersion: string
    readonly command: string
    readonly args?: readonly string[] | null
    readonly env?: readonly { readonly name: string; readonly value: string }[] | null
  }
}

const PLUGIN_MS = 30_000
const run = promisify(execFile)

/**
 * The credentials of a user now: files are read, a plugin is run.
 * Throws Fault ENGINE_UNREACHABLE when they cannot be had, to be tried again.
 */
export async function credentialsOf(user: User, folder: string): Promise<Credentials> {
  try {
    if (user.exec !== undefined) return await askPlugin(user.exec, folder)
    const file = user.tokenFile
    const token = file === undefined ? undefined : readFileSync(resolve(folder, file), 'utf8')
    return {
      token: token?.trim() ?? user.token ?? null,
      cert: bytesOf(user['client-certificate-data'], user['client-certificate'], folder),
      key: bytesOf(user['client-key-data'], user['client-key'], folder),
    }
  } catch (cause) {
    throw new Fault('ENGINE_UNREACHABLE', { cause })
  }
}

/** Bytes given in place (base64), or by a file named from the kubeconfig's folder. */
export function bytesOf(
  data: string | undefined,
  file: string | undefined,
  folder: string,
): Buffer | null {
  if (data !== undefined) return Buffer.from(data, 'base64')
  return file === undefined ? null : readFileSync(resolve(folder, file))
}

/** A program that prints an ExecCredential (client.authentication.k8s.io). */
async function askPlugin(plugin: NonNullable<User['exec']>, folder: string): Promise<Credentials> {
  const { apiVersion, command, args, env } = plugin
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } }
  const named = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]))
  const program = command.includes('/') ? resolve(folder, command) : command
  const { stdout } = await run(program, [...(args ?? [])], {
    env: { ...process.env, ...named, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    timeout: PLUGIN_MS,
  })
  const { status = {} } = JSON.parse(stdout) as {
    status?: { token?: string; clientCertificateData?: string; clientKeyData?: string }
  }
  const bytes = (pem: string | undefined) => (pem === undefined ? null : Buffer.from(pem))
  return {
    token: status.token ?? null,
    cert: bytes(status.clientCertificateData),
    key: bytes(status.clientKeyData),
  }
}
