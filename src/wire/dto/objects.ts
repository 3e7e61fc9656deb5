import {
  Bool,
  Closed,
  Count,
  Digest,
  Id,
  Optional,
  Shape,
  Text,
  Words,
  type Static,
} from '../schema.ts'

export const StoredObject = Shape({ digest: Digest, size_bytes: Count })
export type StoredObject = Static<typeof StoredObject>

/** With `workload_id` it is a node's daemon that uploads a result of a workload, for its buyer. */
export const BeginUploadBody = Closed({
  digest: Digest,
  size_bytes: Count,
  workload_id: Optional(Id('workload')),
  kind: Optional(Words('log', 'output')),
})

export const Upload = Shape({
  upload_id: Text(),
  digest: Digest,
  size_bytes: Count,
  /** bytes that are here: the next ones start at this place */
  offset: Count,
  /** the object is stored */
  complete: Bool(),
})
export type Upload = Static<typeof Upload>

/** What is stored now, and what has gone in and out since the account began. */
export const ObjectUsage = Shape({
  objects: Count,
  stored_bytes: Count,
  quota_bytes: Count,
  bytes_in: Count,
  bytes_out: Count,
})
export type ObjectUsage = Static<typeof ObjectUsage>

/** Into a workload: its inputs, and what came by tunnels. Out of it: output, kept log, and tunnels. */
export const MovedBytes = Shape({
  workload_id: Id('workload'),
  objects_in: Count,
  objects_out: Count,
  tunnels_in: Count,
  tunnels_out: Count,
})
export type MovedBytes = Static<typeof MovedBytes>

export const RemovedObject = Shape({ digest: Digest })
