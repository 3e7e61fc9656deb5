/** The command line cannot be carried out as written; the message says which flag and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Ends the command with a code; the message, when not empty, is all that is left to say. */
export class Ending extends Error {
  override readonly name = 'Ending'
  readonly exitCode: number

  constructor(exitCode: number, message = '') {
    super(message)
    this.exitCode = exitCode
  }
}
