// Builds the product and the benchmark, and runs it: `npm run bench -- --help` says how.
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { build, deps } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
await deps()
await build()
// One folder below dist, like every built program, so that what it starts is found.
// One by one, each in one file: they find each other, and the product's programs, from where they lie.
for (const name of ['main', 'goal', 'bare-server', 'door-alone', 'telemetry-feed']) {
  await bundle({
    cwd: root,
    input: { [name]: `bench/${name}.ts` },
    dir: 'dist/bench',
    // Every package: what is no path.
    isExternal: (id) => !/^[./]/.test(id) && !/^(bench|test)\//.test(id),
    version: 'bench',
  })
}
await import('../dist/bench/main.js')
