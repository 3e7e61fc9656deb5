import type { DaemonStage } from './daemon-child.ts'

/** A word to the server that started this daemon, if one did. */
export function tell(
  stage: DaemonStage['stage'],
  facts: Readonly<Record<string, string>> = {},
): void {
  // The server may be gone at any moment: nobody is told then, and the closed channel ends us.
  if (!process.connected) return
  process.send?.({ stage, facts } satisfies DaemonStage, undefined, undefined, () => undefined)
}
