/** Door of `disk`: what every room that keeps files needs to keep them well. */
export { giveWay } from './background.ts'
export {
  makeFileSync,
  makeFolder,
  openDurable,
  replaceFileSync,
  syncFolder,
  syncFolderSync,
  writeAll,
  writeDurably,
  writeParts,
  writePieces,
} from './durable.ts'
export { lockFolder } from './lock.ts'
