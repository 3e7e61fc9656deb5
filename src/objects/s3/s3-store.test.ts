import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { objectStoreContract } from '../../../test/contracts/object-store.contract.ts'
import { lacks } from '../../../test/tools/needs.ts'
import { SWIFT_PROGRAMS, Swift } from '../../../test/tools/swift.ts'
import { openS3Objects, type S3Settings } from '../index.ts'

const root = mkdtempSync(join(tmpdir(), 'suan-s3-'))
const newFolder = (): string => mkdtempSync(join(root, 'store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.skipIf(lacks(...SWIFT_PROGRAMS))('objects in a bucket', () => {
  let swift: Swift
  beforeAll(async () => {
    swift = await Swift.start()
    console.log(`against OpenStack Swift ${swift.version} (s3api)`)
  })
  afterAll(() => swift?.stop())
  const newBucket = (): Promise<S3Settings> => swift.bucket(`b${randomBytes(6).toString('hex')}`)

  objectStoreContract(async () => openS3Objects(newFolder(), await newBucket()))
})
