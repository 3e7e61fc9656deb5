/** What the suite of attacks found, printed as a table when its file is done. */
import { afterAll } from 'vitest'

const rows: (readonly [attack: string, how: string])[] = []

/** Notes how an attack was caught; called once all of it was seen. */
export function caught(attack: string, how: string): void {
  rows.push([attack, how])
}

/** Prints the table after the last test of the calling file. */
export function printCaught(): void {
  afterAll(() => {
    const width = Math.max(0, ...rows.map(([attack]) => attack.length))
    const lines = rows.map(([attack, how]) => `${attack.padEnd(width)}  ${how}`)
    process.stdout.write(`\n${['attack'.padEnd(width) + '  caught by', ...lines].join('\n')}\n`)
  })
}
