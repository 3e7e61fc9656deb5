import type { WorkloadSpecBody } from '../../wire/index.ts'

/** What a person typed, run by the machine's own shell; null for nothing. */
export function specOf(command: string): WorkloadSpecBody | null {
  const text = command.trim()
  return text === '' ? null : { command: ['sh', '-c', text] }
}
