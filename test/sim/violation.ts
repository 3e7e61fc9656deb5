/** The exchange did what it must never do: the simulation ends with it. */
export class Violation extends Error {
  override readonly name = 'Violation'
  /** the rule of the auditor, in a few words */
  readonly rule: string

  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`)
    this.rule = rule
  }
}

export function must(holds: boolean, rule: string, detail: () => string): asserts holds {
  if (!holds) throw new Violation(rule, detail())
}
