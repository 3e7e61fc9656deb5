import {
  ArrayOf,
  Closed,
  Count,
  Digest,
  Integer,
  Nullable,
  Optional,
  Text,
  type Static,
} from '../schema.ts'

/** What to run. Inputs were stored before with PUT /v1/objects. */
export const WorkloadSpecBody = Closed({
  /** program and arguments, run without a shell */
  command: ArrayOf(Text({ maxLength: 65_536 }), { minItems: 1, maxItems: 1_024 }),
  environment: Optional(
    ArrayOf(Closed({ name: Text({ maxLength: 256 }), value: Text({ maxLength: 65_536 }) }), {
      maxItems: 256,
    }),
  ),
  /** container image; absent runs in the node's own sandbox */
  image: Optional(Nullable(Text({ maxLength: 512 }))),
  working_directory: Optional(Nullable(Text({ maxLength: 1_024 }))),
  inputs: Optional(
    ArrayOf(
      Closed({
        path: Text({ maxLength: 1_024 }),
        digest: Digest,
        size_bytes: Count,
        /** POSIX permission bits, 0o644 when absent */
        mode: Optional(Integer({ minimum: 0, maximum: 0o777 })),
      }),
      { maxItems: 256 },
    ),
  ),
  /** packed as tar and stored after the end */
  output_path: Optional(Nullable(Text({ maxLength: 1_024 }))),
})
export type WorkloadSpecBody = Static<typeof WorkloadSpecBody>
