export { writeAll } from '../disk/index.ts'
