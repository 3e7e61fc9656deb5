import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namespacesInside } from '../../exec/local.ts'
import { findProgram } from '../../inspect/engines.ts'
import { layoutOf, type Layout } from '../layout.ts'
import { bubblewrap, type Wrapped } from './bubblewrap.ts'
import { unshareSandbox } from './unshare.ts'
import { SYSTEM_PATH, type Way } from './way.ts'

/** The outer process and the first one of the namespace stand above the program. */
const WRAPPERS = 2

/** Programs of this machine in namespaces made by a small program; null when it is not installed. */
export function namespaces(tool: 'bwrap' | 'unshare'): Way | null {
  const wrap = wrapWith(tool)
  if (wrap === null) return null
  return {
    engine: tool,
    isolation: 'namespaces',
    images: null,
    inside: namespacesInside(),
    launch: ({ task }) => {
      const root = join(task.folder, 'root')
      mkdirSync(root, { recursive: true })
      const wrapped = wrap(root, layoutOf(task, true))
      const optionsFile = join(task.folder, 'sandbox-options')
      writeFileSync(optionsFile, wrapped.options, { mode: 0o600 })
      return {
        kind: 'process',
        argv: wrapped.argv,
        environment: { PATH: SYSTEM_PATH },
        directory: task.folder,
        optionsFile,
        wrappers: WRAPPERS,
      }
    },
  }
}

function wrapWith(tool: 'bwrap' | 'unshare'): ((root: string, layout: Layout) => Wrapped) | null {
  const environment = { PATH: `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}` }
  const program = findProgram(tool, environment)
  const setpriv = findProgram('setpriv', environment)
  const asRoot = process.getuid?.() === 0
  if (program === null || (setpriv === null && (asRoot || tool === 'unshare'))) return null
  if (tool === 'bwrap')
    return (_root, layout) => bubblewrap(program, asRoot ? setpriv : null, layout)
  return (root, layout) =>
    unshareSandbox({ unshare: program, setpriv: setpriv ?? '' }, asRoot, root, layout)
}
