/** Door of `objects`: content-addressed bytes of members, encrypted per subject at rest. */
export { openFolderObjects } from './folder-store.ts'
export { s3Settings, type S3Settings } from './s3/settings.ts'
export { makeBucket, openS3Objects } from './s3/store.ts'
