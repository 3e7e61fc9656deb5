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

export const RemovedObject = Shape({ digest: Digest })
