/** Whether the node of a sell order can deliver, and whether a buyer may want this node. */
import { refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import { ownNode } from '../catalog/checks.ts'
import type { Actor } from '../context.ts'
import type { MarketWorld } from './world.ts'

type Place = CommandOf<'PlaceOrder'>

/** The node is there; a seller's is its own. */
export function checkNodeKnown(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  if (c.node === null) return null
  if (c.side === 'sell') return ownNode(x.catalog, actor, c.node)
  return x.catalog.node(c.node) === undefined
    ? refuse('NOT_FOUND', { what: 'node', id: c.node })
    : null
}

/** A seller's node can be sold, has the grade, and has the units free; a buyer's is not its own. */
export function checkNode(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  if (c.node === null) return null
  if (c.side === 'buy') {
    return x.catalog.mustNode(c.node).account === actor.account ? refuse('OWN_NODE') : null
  }
  return (
    checkTradable(x, c.node) ??
    checkFree(x, actor, c.node, c.instrument, c.units) ??
    checkGrade(x, c.node, c.instrument)
  )
}

export function checkFree(
  x: MarketWorld,
  actor: Actor,
  node: number,
  instrument: number,
  units: number,
): Refusal | null {
  const { bundle } = x.catalog.mustSku(x.catalog.mustInstrument(instrument).sku)
  const dimension = x.capacity.lackingFree(node, bundle, units, actor.timeUs)
  if (dimension === null) return null
  const free = x.capacity.free(node, actor.timeUs)[dimension]
  const facts = { node, dimension, free, wanted: bundle[dimension] * units }
  return refuse('CAPACITY_INSUFFICIENT', facts)
}

function checkTradable(x: MarketWorld, id: number): Refusal | null {
  if (x.catalog.isTradable(id)) return null
  const node = x.catalog.mustNode(id)
  const why = x.catalog.nodeTradable(node)
  if (why === null) return null
  if (why === 'no isolation') return refuse('ISOLATION_REFUSED')
  return refuse('NODE_NOT_TRADABLE', { node: id, why })
}

function checkGrade(x: MarketWorld, id: number, instrument: number): Refusal | null {
  const { sku, grade, hub } = x.catalog.mustInstrument(instrument)
  const { facts } = x.catalog
  const own = facts.isGraded(id) ? x.catalog.gradeOf(x.catalog.mustNode(id), sku) : 'U'
  const same = facts.hub(id) === hub && own === grade
  return same ? null : refuse('GRADE_MISSING', { node: id })
}
