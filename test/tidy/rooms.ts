import { posix } from 'node:path'
import { isCode, isTest, type Files } from './repository.ts'

/** Which rooms a room may import, always through the other room's index.ts. */
const table: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  messages: ['kernel'],
  exchange: ['kernel', 'messages'],
  disk: ['kernel', 'messages'],
  journal: ['kernel', 'messages', 'disk'],
  engine: ['kernel', 'messages', 'exchange', 'disk', 'journal'],
  projections: ['kernel', 'messages', 'disk'],
  models: ['kernel', 'messages'],
  telemetry: ['kernel', 'messages', 'models'],
  proofs: ['kernel', 'messages', 'journal'],
  objects: ['kernel', 'messages', 'disk'],
  wire: ['kernel', 'messages'],
  client: ['kernel', 'messages', 'wire'],
  api: [
    'kernel',
    'messages',
    'disk',
    'wire',
    'models',
    'objects',
    'projections',
    'telemetry',
    'proofs',
  ],
  agent: ['kernel', 'messages', 'wire', 'client', 'objects'],
  chain: ['kernel', 'messages', 'proofs', 'client'],
  web: ['kernel', 'messages', 'wire', 'client', 'proofs'],
}

/** The composition root: the only room that may import all others. */
const compositionRoot = 'cli'

/** Rooms that must also run in a browser, or are deterministic: nothing of Node's own. */
const withoutNode = ['kernel', 'messages', 'exchange', 'wire', 'client', 'web']

/** Packages that the deterministic core may import, by room. */
const corePackages: Readonly<Record<string, readonly string[]>> = {
  kernel: ['@noble/hashes'],
  messages: [],
  exchange: [],
}

/** The desks of the exchange that other desks may import. */
const sharedDesks = ['ledger', 'members', 'capacity', 'catalog']
/** What a command does across desks, and the door for bytes: they see all desks, and none sees them. */
const acrossDesks = ['flows', 'raw']

/**
 * One line for every import that breaks the table of rooms, goes past a room's door, or brings
 * Node or a package where it must not be. Tests may import any room, through its door.
 */
export function importFaults(files: Files): string[] {
  const faults: string[] = []
  for (const [path, text] of files) {
    if (!isCode(path)) continue
    for (const target of importsOf(text)) {
      const fault = target.startsWith('.')
        ? localFault(path, posix.join(posix.dirname(path), target))
        : packageFault(path, target)
      if (fault !== null) faults.push(`${path}: imports ${target}: ${fault}`)
    }
  }
  return faults
}

/** Everything named after `from`, in `import '...'` or in `import('...')`. */
function importsOf(text: string): string[] {
  const pattern =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function localFault(path: string, target: string): string | null {
  const from = roomOf(path)
  const to = roomOf(target)
  if (to === null) return null
  if (from === to) return deskFault(path, target)
  if (target !== `src/${to}/index.ts`) return `the door of ${to} is its index.ts`
  if (from === null || from === compositionRoot || isTest(path)) return null
  const allowed = table[from]
  if (allowed === undefined) return `room ${from} is not in the table of test/tidy/rooms.ts`
  return allowed.includes(to) ? null : `room ${from} may not import ${to}`
}

function deskFault(path: string, target: string): string | null {
  const from = deskOf(path)
  const to = deskOf(target)
  if (from === null || to === null || from === to || isTest(path)) return null
  if (acrossDesks.includes(from)) return null
  return sharedDesks.includes(to) ? null : `desk ${from} may not import desk ${to}`
}

function packageFault(path: string, target: string): string | null {
  const room = roomOf(path)
  if (room === null || isTest(path)) return null
  if (target.startsWith('node:')) {
    return withoutNode.includes(room) ? `${room} must run without Node` : null
  }
  const allowed = corePackages[room]
  if (allowed === undefined || allowed.some((name) => `${target}/`.startsWith(`${name}/`))) {
    return null
  }
  return `${room} may not import this package`
}

function roomOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null
}

function deskOf(path: string): string | null {
  return /^src\/exchange\/([^/]+)\//.exec(path)?.[1] ?? null
}
