import { Compile, type Validator } from 'typebox/compile'
import { Value } from 'typebox/value'
import { CLIENT_OPS, type ClientOp, type OpName } from '../../wire/index.ts'
import { illFormed } from '../body.ts'
import { malformed } from '../problem.ts'

/** What a client said, as JSON. Refuses with MALFORMED. */
export function readJson(text: string): unknown {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch (error) {
    throw malformed({ field: '', code: 'json', message: (error as Error).message })
  }
  const fault = illFormed(text, said)
  if (fault !== null) throw fault
  return said
}

/** Checks it with the schema of its op. Refuses with MALFORMED and every faulty field. */
export function parseOp(said: unknown): ClientOp {
  const name = (said as { op?: unknown } | null)?.op
  if (typeof name !== 'string' || !Object.hasOwn(CLIENT_OPS, name)) {
    const message = `one of ${Object.keys(CLIENT_OPS).join(', ')}`
    throw malformed({ field: 'op', code: 'enum', message })
  }
  const schema = CLIENT_OPS[name as OpName]
  if (checkOf(name as OpName).Check(said)) return said as ClientOp
  const errors = Value.Errors(schema, said).flatMap((one) => {
    // An unknown field is told twice; the other time says nothing of what it may be.
    if (one.keyword === 'boolean') return []
    const path = one.instancePath.split('/').slice(1)
    return namesIn(one.params).map((names) => ({
      field: [...path, ...names].join('.'),
      code: one.keyword,
      message: one.message,
    }))
  })
  throw malformed(...errors)
}

/** The compiled check of an op, made at its first use. */
function checkOf(name: OpName): Pick<Validator, 'Check'> {
  const known = checks.get(name)
  if (known !== undefined) return known
  const made = Compile(CLIENT_OPS[name])
  checks.set(name, made)
  return made
}
const checks = new Map<OpName, Pick<Validator, 'Check'>>()

/** A missing or unknown field is named itself, not the object that it is of. */
function namesIn(params: object): string[][] {
  const { requiredProperties, additionalProperties } = params as Record<string, unknown>
  const names = requiredProperties ?? additionalProperties
  return Array.isArray(names) ? names.map((name) => [String(name)]) : [[]]
}
