/** Says on stderr what went wrong and what to do, and gives the exit code. */
import { CommanderError } from 'commander'
import type { SuanError } from '../client/index.ts'
import { Fault, refuse, wordRefusal, type Code } from '../messages/index.ts'
import { Ending, UsageError } from './errors.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import type { Shell } from './shell.ts'
import type { TextKey } from './texts.ts'

/** Anything that is not an expected failure is a bug and thrown again. */
export async function reportFailure(shell: Shell, error: unknown): Promise<number> {
  const { SuanError } = await import('../client/index.ts')
  const tell = (line: string): void => shell.host.stderr.write(`${line}\n`)
  const ending = error instanceof SuanError && error.cause instanceof Ending ? error.cause : error
  if (ending instanceof Ending) {
    if (ending.message !== '') tell(ending.message)
    return ending.exitCode
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok
    if (!error.code.startsWith('commander.help')) tell(wrongUse(shell, error))
    return EXIT.usage
  }
  if (error instanceof UsageError) {
    tell(shell.say('error.usage', { message: error.message }))
    return EXIT.usage
  }
  if (error instanceof SuanError) {
    for (const line of refusalLines(shell, error)) tell(line)
    return exitCodeOf(error)
  }
  if (error instanceof Fault) {
    tell(shell.say('error.refused', { code: error.code, text: wordsOf(shell, error) }))
    return EXIT.other
  }
  if (isSystemError(error)) {
    tell(shell.say('error.system', { message: error.message }))
    return EXIT.other
  }
  throw error
}

/** A fault of this machine's own files, in words where the code has some. */
function wordsOf(shell: Shell, fault: Fault): string {
  const known = wordRefusal(refuse(fault.code as Code, fault.facts), shell.language)
  return known === fault.code ? Object.entries(fault.facts).flat().join(' ') : known
}

/** Code, text, every faulty field, what to do, and the id to give to whoever helps. */
function refusalLines(shell: Shell, error: SuanError): string[] {
  const { say } = shell
  const { problem } = error
  const text = problem === null ? ownText(shell, error) : problem.detail
  const advice = ADVICE[error.code]
  const unknown = error.code === 'STATUS_UNKNOWN' && error.idempotencyKey !== null
  return [
    say('error.refused', { code: error.code, text }),
    ...(problem?.errors ?? []).map((one) => say('error.field', one)),
    ...(advice === undefined ? [] : [say('error.advice', { advice: say(advice) })]),
    ...(unknown ? [say('error.sameId', { id: error.idempotencyKey ?? '' })] : []),
    ...(problem === null
      ? []
      : [say('error.request', { id: problem.request_id, rule: problem.rule })]),
  ]
}

function ownText(shell: Shell, error: SuanError): string {
  if (error.code === 'UNREACHABLE') return shell.say('error.unreachable', { why: causeOf(error) })
  if (error.code === 'STATUS_UNKNOWN') return shell.say('error.statusUnknown')
  return error.message
}

function causeOf(error: SuanError): string {
  const inner = error.cause instanceof Error ? (error.cause.cause ?? error.cause) : error.cause
  const code = (inner as { code?: unknown } | undefined)?.code
  return `${error.message}${typeof code === 'string' ? ` (${code})` : ''}`
}

const ADVICE: Readonly<Record<string, TextKey>> = {
  UNREACHABLE: 'advice.unreachable',
  UNAUTHENTICATED: 'advice.signIn',
  KEY_EXPIRED: 'advice.signIn',
  SCOPE_MISSING: 'advice.scope',
  INSUFFICIENT_FUNDS: 'advice.funds',
  BUDGET_EXCEEDED: 'advice.budget',
  NO_OFFER: 'advice.noOffer',
  NOT_FOUND: 'advice.notFound',
  RATE_LIMITED: 'advice.later',
}

const WRONG_USE: Readonly<Record<string, TextKey>> = {
  'commander.unknownOption': 'usage.unknownOption',
  'commander.unknownCommand': 'usage.unknownCommand',
  'commander.missingArgument': 'usage.missingArgument',
  'commander.optionMissingArgument': 'usage.optionMissingArgument',
  'commander.missingMandatoryOptionValue': 'usage.mandatoryOption',
  'commander.excessArguments': 'usage.excessArguments',
  'commander.invalidArgument': 'usage.invalidArgument',
  'commander.conflictingOption': 'usage.conflictingOption',
}

/** The parser's own English, or our sentence around what it quotes. */
function wrongUse(shell: Shell, error: CommanderError): string {
  const message = error.message.replace(/^error: /, '')
  const [what = '', ...hints] = message.split('\n')
  const key = WRONG_USE[error.code]
  const quoted = /'([^']*)'/.exec(what)?.[1] ?? ''
  const isEnglish = shell.language === 'en' || key === undefined
  const sentence = isEnglish ? what.replace(/\.$/, '') : shell.say(key, { quoted })
  const meant = /Did you mean (?:one of )?(.*)\?/.exec(hints.join(' '))?.[1]
  const hint = meant === undefined ? '' : ` ${shell.say('usage.didYouMean', { meant })}`
  return shell.say('error.usage', { message: sentence + hint })
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'
}
