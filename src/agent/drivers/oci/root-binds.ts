import { readdirSync, readlinkSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Layout } from '../layout.ts'

type Places = Pick<Layout, 'links' | 'readOnly'>

/** What every container mounts itself. */
const OWN = ['/proc', '/dev', '/tmp']

/**
 * An image's root folder as read-only mounts in an empty one, for a runtime that may neither write to
 * the first nor lay another over it. `points` are further places where something is mounted: folders
 * above them are made anew, of what the image has in them the parts are mounted one by one.
 */
export function rootBinds(root: string, points: readonly string[]): Places {
  return bindsBelow(root, '/', [...OWN, ...points])
}

function bindsBelow(from: string, at: string, points: readonly string[]): Places {
  const places = readdirSync(from, { withFileTypes: true }).map((entry): Places => {
    const [inside, to] = [join(from, entry.name), posix.join(at, entry.name)]
    if (points.includes(to)) return NONE
    if (entry.isSymbolicLink())
      return { ...NONE, links: [{ path: to, target: readlinkSync(inside) }] }
    if (!entry.isDirectory())
      return entry.isFile() ? { ...NONE, readOnly: [{ from: inside, to }] } : NONE
    if (points.some((point) => point.startsWith(`${to}/`))) return bindsBelow(inside, to, points)
    return { ...NONE, readOnly: [{ from: inside, to }] }
  })
  return {
    links: places.flatMap(({ links }) => links),
    readOnly: places.flatMap(({ readOnly }) => readOnly),
  }
}

const NONE: Places = { links: [], readOnly: [] }
