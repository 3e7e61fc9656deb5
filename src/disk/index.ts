/** Door of `disk`: what every room that keeps files needs to keep them well. */
export { giveWay } from './background.ts'
export {
  makeFileSync,
  makeFolder,
  replaceFileSync,
  syncFolder,
  syncFolderSync,
  writeAll,
  writeParts,
} from './durable.ts'
export { lockFolder } from './lock.ts'
