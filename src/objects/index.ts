/** Door of `objects`: content-addressed bytes of members, encrypted per subject at rest. */
export { openFolderObjects } from './folder-store.ts'
