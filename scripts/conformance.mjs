// Builds the product and the conformance suite, and runs it: `npm run conformance -- --help` says how.
import { bundle } from './bundle.mjs'
import { build, deps } from './prepare.mjs'
import { fileURLToPath } from 'node:url'

await deps()
await build()
// One folder below dist, like every built program, so that the supervisors it starts are found.
await bundle({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  input: { main: 'test/conformance/main.ts' },
  dir: 'dist/conformance',
  isExternal: (id) => !/^[./]/.test(id) && !id.startsWith('test/'),
  version: 'conformance',
})
await import('../dist/conformance/main.js')
