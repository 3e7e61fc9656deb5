import { join } from 'node:path'
import type { ObjectStore } from '../../messages/index.ts'
import { SealedObjects } from '../store.ts'
import { S3Client } from './client.ts'
import { S3Http } from './http.ts'
import type { S3Settings } from './settings.ts'
import { s3Vault } from './vault.ts'

/**
 * Objects in a bucket. The local folder keeps the keys, without which the bucket is noise, and what
 * is on its way.
 */
export function openS3Objects(folder: string, settings: S3Settings): ObjectStore {
  const client = clientOf(settings)
  return new SealedObjects(folder, s3Vault(client, settings.prefix, join(folder, 's3-spool')))
}

/**
 * Makes the bucket when there is none; says whether it did. Throws Fault OBJECTS_UNAVAILABLE, whose
 * cause says what is wrong.
 */
export function makeBucket(settings: S3Settings): Promise<boolean> {
  return clientOf(settings).makeBucket()
}

function clientOf(settings: S3Settings): S3Client {
  return new S3Client(new S3Http(settings, () => settings.credentials))
}
