// The product with test/poison/poisoned-exchange.ts in the place of its exchange: `node build.mjs OUT`.
// A test's own build, so that the product has no door for it.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPrograms } from '../../scripts/programs.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const poisoned = join(root, 'test/poison/poisoned-exchange.ts')
const out = process.argv[2]

const plant = {
  name: 'plant',
  resolveId: (source, importer) =>
    source.endsWith('/exchange/index.ts') && importer !== poisoned ? poisoned : null,
}
await buildPrograms(join(out, 'dist'), [plant])
symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'))
