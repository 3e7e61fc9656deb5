/** The workload specification between its JSON form and the canonical one. */
import type { WorkloadSpec } from '../../messages/index.ts'
import type { WorkloadSpecBody } from '../dto/workload-spec.ts'

const DEFAULT_MODE = 0o644

export function fromSpecBody(body: WorkloadSpecBody): WorkloadSpec {
  return {
    command: body.command,
    environment: body.environment ?? [],
    image: body.image ?? null,
    workingDirectory: body.working_directory ?? null,
    inputs: (body.inputs ?? []).map((input) => ({
      path: input.path,
      digest: input.digest,
      sizeBytes: input.size_bytes,
      mode: input.mode ?? DEFAULT_MODE,
    })),
    outputPath: body.output_path ?? null,
  }
}
