/** Objects of members: stored whole or in pieces, listed, read in parts, removed. */
import { decode } from '../../kernel/index.ts'
import { LIMITS, workloadSpec, type UploadState } from '../../messages/index.ts'
import { idOf, type EndpointGroups, type Endpoints, type Upload } from '../../wire/index.ts'
import { mustScope, type Caller } from '../auth/caller.ts'
import type { Handlers, Incoming } from '../handler.ts'
import { asSaid, openObject, readObject, storeBody } from '../objects.ts'
import { malformed, refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { LOG_OBJECT_BYTES, SPEC_BYTES, nodeWorkload } from './agent.ts'

const PAGE = 100

export function objectHandlers(services: Services): Pick<Handlers, EndpointGroups['objects']> {
  const { objects, bytes, objectQuotaBytes: quotaBytes } = services
  return {
    putObject: ({ caller, body }) =>
      storeBody(services, caller.key.account, body, { maxBytes: LIMITS.inputBytes, quotaBytes }),
    listObjects: async ({ caller, query }) => {
      const all: { digest: string; size_bytes: number }[] = []
      for await (const { digest, size } of objects.list(caller.key.account)) {
        if (digest > (query.cursor ?? '')) all.push({ digest, size_bytes: size })
      }
      const limit = query.limit ?? PAGE
      const data = all.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)).slice(0, limit)
      const isMore = all.length > limit
      return { data, next_cursor: isMore ? (data.at(-1)?.digest ?? null) : null, has_more: isMore }
    },
    getObjectUsage: async ({ caller }) => {
      const { account } = caller.key
      const stored = await objects.usage(account)
      const passed = bytes.of(account)
      return {
        objects: stored.objects,
        stored_bytes: stored.bytes,
        quota_bytes: quotaBytes,
        bytes_in: passed.in,
        bytes_out: passed.out,
      }
    },
    getObject: ({ caller, params, request }) =>
      openObject(services, caller.key.account, params.digest, request),
    removeObject: async ({ caller, params }) => {
      const { digest } = params
      await mustBeFree(services, caller.key.account, digest)
      const isGone = await objects.remove(caller.key.account, digest)
      if (!isGone) throw refused('NOT_FOUND', { what: 'object', id: digest })
      return { digest }
    },
    ...uploadHandlers(services),
  }
}

type UploadEndpoint = Extract<EndpointGroups['objects'], `${string}Upload`>

function uploadHandlers(services: Services): Pick<Handlers, UploadEndpoint> {
  const { uploads } = services.objects
  return {
    beginUpload: (incoming) => beginUpload(services, incoming),
    getUpload: async ({ caller, params }) => {
      const found = await uploads.find(params.upload_id, mustUpload(caller))
      if (found === null) throw noUpload(params.upload_id)
      return toUpload(found)
    },
    putUpload: async ({ caller, params, query, body }) => {
      const by = mustUpload(caller)
      const { upload_id: id } = params
      const found = await uploads.find(id, by)
      if (found === null) throw noUpload(id)
      const pieces = services.moved.piece(id, asSaid(body))
      const chunks = services.bytes.counted(found.subject, 'in', pieces)
      return toUpload(await uploads.append(id, by, query.offset, chunks))
    },
    dropUpload: async ({ caller, params }) => {
      const by = mustUpload(caller)
      const { upload_id: id } = params
      const found = await uploads.find(id, by)
      if (found === null || !(await uploads.drop(id, by))) throw noUpload(id)
      return toUpload(found)
    },
  }
}

/** A member's own object within its quota, or a result that a node's daemon has of a workload. */
async function beginUpload(
  services: Services,
  { caller, body }: Incoming<Endpoints['beginUpload']>,
): Promise<Upload> {
  const by = mustUpload(caller)
  const { digest, size_bytes: size, workload_id: workload, kind } = body
  const { objects, objectQuotaBytes: quotaBytes } = services
  const { node, account } = caller.key
  if ((node === null) !== (workload === undefined) || (node === null) !== (kind === undefined)) {
    const message = 'a node names a workload and a kind, a member neither'
    throw malformed({ field: 'workload_id', code: 'upload', message })
  }
  const limit = limitOf(kind)
  if (size > limit) throw refused('OBJECT_TOO_LARGE', { size, limit })
  if (workload === undefined) {
    return toUpload(await objects.uploads.begin({ by, subject: account, digest, size, quotaBytes }))
  }
  // What a workload made is kept also when its buyer's quota is used up.
  const view = await nodeWorkload(services, caller, workload)
  const begun = await objects.uploads.begin({ by, subject: view.account, digest, size })
  services.moved.uploads(begun.id, view.workload)
  return toUpload(begun)
}

function limitOf(kind: 'log' | 'output' | undefined): number {
  if (kind === undefined) return LIMITS.uploadBytes
  return kind === 'log' ? LOG_OBJECT_BYTES : LIMITS.outputBytes
}

/** Who goes on with an upload: any key of the account, or the daemon of the node. Refuses with SCOPE_MISSING. */
function mustUpload({ key }: Caller): string {
  mustScope(key, key.node === null ? 'deliver' : 'provide')
  return key.node === null ? `account ${key.account}` : `node ${key.node}`
}

function noUpload(id: string) {
  return refused('NOT_FOUND', { what: 'upload', id })
}

function toUpload({ id, digest, size, offset, isComplete }: UploadState): Upload {
  return { upload_id: id, digest, size_bytes: size, offset, complete: isComplete }
}

/** Refuses with OBJECT_IN_USE while an open workload reads it, or has named it as its result. */
async function mustBeFree(services: Services, account: number, digest: string): Promise<void> {
  const views = await services.door.ask('workloads', { account, open: true })
  for (const { workload, specDigest, logDigest, outputDigest } of views) {
    const isOwn = [specDigest, logDigest, outputDigest].includes(digest)
    if (isOwn || (await inputsOf(services, account, specDigest)).includes(digest)) {
      throw refused('OBJECT_IN_USE', { workload: idOf('workload', workload) })
    }
  }
}

async function inputsOf(services: Services, account: number, spec: string): Promise<string[]> {
  const bytes = await readObject(services, account, spec, SPEC_BYTES)
  return bytes === null ? [] : decode(workloadSpec, bytes).inputs.map((input) => input.digest)
}
