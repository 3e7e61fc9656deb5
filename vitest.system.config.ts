import { defineConfig } from 'vitest/config'

/** Suites that start the whole system or need more than Node: too heavy for every `npm test`. */
export const systemSuites = [
  'test/{attacks/machine,conformance,server,e2e,crash,disks,faults,fresh,poison,postgres,sim,slurm}/**/*.test.ts',
]

export default defineConfig({
  test: {
    include: [...systemSuites, 'examples/**/*.test.ts'],
    setupFiles: ['test/tools/setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
