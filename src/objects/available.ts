import { Fault } from '../messages/index.ts'

/** Errors of the file system as the port's Fault. */
export async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asFault(error)
  }
}

/** The same for what is read later, as it is asked for. */
export async function* availableChunks<T>(chunks: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* chunks
  } catch (error) {
    throw asFault(error)
  }
}

function asFault(error: unknown): unknown {
  const isFileSystem = (error as NodeJS.ErrnoException).syscall !== undefined
  return isFileSystem ? new Fault('OBJECTS_UNAVAILABLE', { cause: error }) : error
}
