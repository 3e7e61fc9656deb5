/** `COPY … FROM STDIN` over pg, which knows the messages and offers no call for it. */
import type pg from 'pg'

/** What pg's connection has beside its typed methods. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** Copies rows in text format; resolves when the server has taken them all. */
export function copyIn(client: pg.PoolClient, text: string, rows: string): Promise<void> {
  return new Promise((done, failed) => {
    let fault: unknown = null
    // pg calls these as the server answers: the same as it calls a query of its own.
    const copying = {
      submit(connection: unknown) {
        ;(connection as CopyConnection).query(text)
      },
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(Buffer.from(rows))
        connection.endCopyFrom()
      },
      handleCommandComplete() {},
      handleError(error: unknown) {
        fault = error
        // A lost connection is never ready again.
        failed(error)
      },
      handleReadyForQuery() {
        if (fault === null) done()
      },
    }
    client.query(copying)
  })
}
