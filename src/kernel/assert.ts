/** Thrown when the program itself is wrong. Nothing may catch it and carry on. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure'
}

/** Crashes with an AssertionFailure unless `condition` holds. For bugs, never for bad input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message)
}

/** Crashes: for hot paths, where the message of an `assert` would be made at every call. */
export function fail(message: string): never {
  throw new AssertionFailure(message)
}

/** Marks a branch that the types prove impossible; reaching it is a bug. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unreachable value: ${String(value)}`)
}
