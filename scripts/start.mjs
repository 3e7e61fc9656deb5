// `npm start`: install what is missing, build what is stale, then serve the sandbox exchange.
// One process from start to end, so that signals reach the server.
import { fileURLToPath } from 'node:url'
import { build, deps } from './prepare.mjs'

await deps()
await build()
const main = new URL('../dist/cli/main.js', import.meta.url)
process.argv = [
  process.execPath,
  fileURLToPath(main),
  'server',
  '--sandbox',
  ...process.argv.slice(2),
]
await import(main.href)
