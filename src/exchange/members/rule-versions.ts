import { assert, struct, u16, u32 } from '../../kernel/index.ts'
import type { Context } from '../context.ts'
import { Table, type AnyTable, type Stateful } from '../table.ts'

/** Rule versions that this software can run. */
const KNOWN_RULES: readonly number[] = [1]

/** The version of the rules in force: set by Genesis, raised only by ActivateRules. */
export class RuleVersions implements Stateful {
  readonly #known: ReadonlySet<number>
  readonly #table = new Table('rule_versions', struct({ slot: u32, version: u16 }), (r) => r.slot)
  readonly tables = [this.#table as unknown as AnyTable]

  constructor(known: readonly number[] = KNOWN_RULES) {
    this.#known = new Set(known)
  }
  isKnown(version: number): boolean {
    return this.#known.has(version)
  }
  /** 0 before Genesis. */
  inForce(): number {
    return this.#table.get(0)?.version ?? 0
  }
  /** Puts a known, higher version in force. Genesis calls it first, and emits nothing more. */
  activate(ctx: Context, version: number): void {
    assert(this.isKnown(version) && version > this.inForce(), `rule version ${version}`)
    const row = this.#table.get(0)
    if (row === undefined) this.#table.insert({ slot: 0, version })
    else row.version = version
    ctx.emit({ kind: 'RulesActivated', version })
  }
  rebuild(): void {}
}
