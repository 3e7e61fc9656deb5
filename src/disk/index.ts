/** Door of `disk`: what every room that keeps files needs to keep them well. */
export { replaceFileSync, syncFolder, syncFolderSync } from './durable.ts'
export { lockFolder } from './lock.ts'
