// Bundles the simulator with the product's own source, whose files, random bytes and timers are the
// simulator's: `bundleSim(root, outfile)`. `root` is a checkout, or a copy of its src and test/sim.
import { basename, dirname, join } from 'node:path'
import { bundle } from './bundle.mjs'

/** Modules of Node that the product may not have the real form of, and what stands for them. */
const fakes = { fs: 'fs.ts', 'fs/promises': 'fs-promises.ts', crypto: 'crypto.ts' }
/** Globals of Node that the product may not have the real form of either: exports of globals.ts. */
const globals = [
  'performance',
  'setImmediate',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
]

export async function bundleSim(root, outfile) {
  const folder = join(root, 'test/sim/fakes')
  await bundle({
    cwd: root,
    input: { [basename(outfile, '.js')]: 'test/sim/main.ts' },
    dir: dirname(outfile),
    isExternal: (id) => !/^(?:[./]|node:(?:fs|fs\/promises|crypto)$)/.test(id),
    inject: Object.fromEntries(globals.map((name) => [name, [join(folder, 'globals.ts'), name]])),
    plugins: [
      {
        name: 'fakes',
        resolveId: {
          filter: { id: /^node:(?:fs|fs\/promises|crypto)$/ },
          handler: (id, importer) =>
            importer?.startsWith(folder)
              ? { id, external: true }
              : { id: join(folder, fakes[id.slice('node:'.length)]) },
        },
      },
    ],
  })
}
