/** Refusals and faults as RFC 9457 problem documents. */
import {
  CODES,
  codeText,
  refuse,
  wordRefusal,
  type Code,
  type Fault,
  type Refusal,
} from '../messages/index.ts'
import type { Problem } from '../wire/index.ts'
import { withFieldNames, withIds } from './facts.ts'

export type Language = 'en' | 'zh'
export interface FieldError {
  readonly field: string
  readonly code: string
  readonly message: string
}

/** A request that is refused: by the door (seq null) or by the core, journaled at `seq`. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal
  readonly seq: number | null
  readonly replayed: boolean
  readonly errors: readonly FieldError[]

  constructor(
    refusal: Refusal,
    more: { seq?: number; replayed?: boolean; errors?: readonly FieldError[] } = {},
  ) {
    super(refusal.code)
    this.refusal = refusal
    this.seq = more.seq ?? null
    this.replayed = more.replayed ?? false
    this.errors = more.errors ?? []
  }
}

/** To be thrown: the door refuses with this code and these facts. */
export function refused(
  code: Code,
  facts: Readonly<Record<string, string | number | bigint>> = {},
): Refused {
  return new Refused(refuse(code, facts))
}

/** To be thrown: the request cannot be read, with every faulty field. */
export function malformed(...errors: readonly FieldError[]): Refused {
  return new Refused(refuse('MALFORMED'), { errors })
}

export interface ProblemContext {
  readonly requestId: string
  /** path of the request */
  readonly instance: string
  readonly language: Language
}

/** The problem document of a refusal. */
export function problemOf(
  told: Refusal,
  context: ProblemContext,
  more: { readonly seq?: number | null; readonly errors?: readonly FieldError[] } = {},
): Problem {
  const refusal = withFieldNames(withIds(told))
  const text = codeText(refusal.code) ?? CODES.INTERNAL
  const detail = wordRefusal(refusal, context.language)
  return {
    type: `/docs/codes#${refusal.code}`,
    title: firstSentence(detail),
    status: text.http,
    detail,
    instance: context.instance,
    code: refusal.code,
    request_id: context.requestId,
    retryable: text.transient,
    rule: text.rule,
    facts: Object.fromEntries(refusal.facts.map((fact) => [fact.name, fact.value])),
    errors: [...(more.errors ?? [])],
    ...(more.seq === undefined || more.seq === null ? {} : { seq: more.seq }),
  }
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.;])\s|(?<=[。；])/)[0] ?? text
}

/** A fault of the environment in the words of its code; null when its code is not one of ours. */
export function refusalOfFault(fault: Fault): Refusal | null {
  return codeText(fault.code) === null ? null : refuse(fault.code as Code, fault.facts)
}

/** `zh` when the header prefers any Chinese over English, otherwise `en`. */
export function languageOf(acceptLanguage: string | undefined): Language {
  for (const part of (acceptLanguage ?? '').toLowerCase().split(',')) {
    const tag = part.trim()
    if (tag.startsWith('zh')) return 'zh'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}
