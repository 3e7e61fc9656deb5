export { writeAll, writeParts } from '../disk/index.ts'
