import { join } from 'node:path'
import type { ObjectStore } from '../messages/index.ts'
import { folderVault } from './folder-vault.ts'
import { SealedObjects } from './store.ts'

/** Objects in a local folder: `data/<subject>/<digest>`. */
export function openFolderObjects(folder: string): ObjectStore {
  return new SealedObjects(folder, folderVault(join(folder, 'data')))
}
