import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes every file and name below a folder durable: PGlite itself syncs nothing. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  const below = entries.map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? syncTree(path) : syncPath(path)
  })
  await Promise.all(below)
  await syncPath(folder)
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
