/**
 * What the simulator can reach, and what it cannot yet, and why. A run of many seeds must meet each
 * name of REACHABLE; whoever makes more of it reachable moves it there.
 */
import { CODES, type CommandKind } from '../../src/messages/index.ts'

/** Commands that no party of the simulator sends. */
const COMMANDS_LEFT_OUT: Partial<Record<CommandKind, string>> = {}

/** Codes that no party of the simulator can meet. */
const CODES_LEFT_OUT: Partial<Record<keyof typeof CODES, string>> = {}

export const REACHABLE = {
  commands: [] as string[],
  codes: (Object.keys(CODES) as (keyof typeof CODES)[]).filter((code) => !(code in CODES_LEFT_OUT)),
  faults: [] as string[],
  crashPoints: [] as string[],
}
void COMMANDS_LEFT_OUT
