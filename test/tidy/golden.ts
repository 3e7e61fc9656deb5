import { createHash } from 'node:crypto'
import type { Files } from './repository.ts'

/**
 * Golden journals change only on purpose: the changelog names their fingerprint, so that whoever
 * accepts others has to say there what changed.
 */
export function goldenFaults(files: Files): string[] {
  const hash = createHash('sha256')
  const golden = [...files].filter(([path]) => /^test\/golden\/.*\.jsonl$/.test(path))
  for (const [path, text] of golden.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\n${text}`)
  }
  const fingerprint = hash.digest('hex').slice(0, 12)
  const isTold = files.get('CHANGELOG.md')?.includes(`golden ${fingerprint}`) ?? false
  if (golden.length > 0 && isTold) return []
  return [`CHANGELOG.md: say what changed in test/golden, with the words: golden ${fingerprint}`]
}
