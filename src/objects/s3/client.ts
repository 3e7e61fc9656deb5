/** The operations of S3 that objects need, by key in one bucket. Errors: Fault OBJECTS_UNAVAILABLE. */
import { Fault } from '../../messages/index.ts'
import type { S3Http } from './http.ts'
import { elements, textOf } from './xml.ts'

export interface UploadedPart {
  readonly number: number
  /** MD5 hex of its bytes, unless the server encrypts them with keys of its own */
  readonly etag: string
}

/** connections that may break in a row while a body is read, without a byte in between */
const BREAKS = 5

export class S3Client {
  readonly #http: S3Http

  constructor(http: S3Http) {
    this.#http = http
  }

  /** Makes the bucket when there is none; says whether it did. */
  async makeBucket(): Promise<boolean> {
    const { status } = await this.#http.send({ method: 'HEAD', key: '', expected: [404] })
    if (status !== 404) return false
    await this.#http.text({ method: 'PUT', key: '' })
    return true
  }

  /** Size in bytes; null when there is no such key. */
  async head(key: string): Promise<number | null> {
    const response = await this.#http.send({ method: 'HEAD', key, expected: [404] })
    if (response.status === 404) return null
    return Number(response.headers.get('content-length'))
  }

  /** Bytes `from` up to (not including) `to`; a connection that breaks is taken up where it broke. */
  async *read(key: string, from: number, to: number): AsyncGenerator<Uint8Array> {
    let at = from
    for (let breaks = 0; at < to;) {
      const headers = { range: `bytes=${at}-${to - 1}` }
      const { body } = await this.#http.send({ method: 'GET', key, headers })
      try {
        for await (const piece of body ?? []) {
          yield piece
          at += piece.length
          breaks = 0
        }
        return
      } catch (error) {
        // Errors of the one who reads end this generator at its `yield`, and do not come here.
        if (++breaks === BREAKS) throw new Fault('OBJECTS_UNAVAILABLE', { cause: error })
      }
    }
  }

  async put(key: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#http.text({ method: 'PUT', key, body })
  }

  async remove(key: string): Promise<void> {
    await this.#http.text({ method: 'DELETE', key, expected: [404] })
  }

  /** Keys that start with a prefix, and their sizes. */
  async *list(prefix: string): AsyncGenerator<{ key: string; size: number }> {
    let token = ''
    do {
      const query: [string, string][] = [
        ['list-type', '2'],
        ['prefix', prefix],
      ]
      if (token !== '') query.push(['continuation-token', token])
      const xml = await this.#http.text({ method: 'GET', key: '', query })
      for (const each of elements(xml, 'Contents')) {
        yield { key: textOf(each, 'Key'), size: Number(textOf(each, 'Size')) }
      }
      token = textOf(xml, 'NextContinuationToken')
    } while (token !== '')
  }

  /** The upload in parts that was begun last for a key and has not ended; null when there is none. */
  async openUpload(key: string): Promise<string | null> {
    const query = [
      ['uploads', ''],
      ['prefix', key],
    ] as const
    const xml = await this.#http.text({ method: 'GET', key: '', query })
    const uploads = elements(xml, 'Upload').filter((each) => textOf(each, 'Key') === key)
    const newest = uploads.toSorted((a, b) =>
      compare(textOf(b, 'Initiated'), textOf(a, 'Initiated')),
    )
    return newest[0] === undefined ? null : textOf(newest[0], 'UploadId')
  }

  async beginUpload(key: string): Promise<string> {
    const xml = await this.#http.text({ method: 'POST', key, query: [['uploads', '']] })
    return textOf(xml, 'UploadId')
  }

  /** What has arrived of an upload; null when there is no such upload. */
  async parts(key: string, upload: string): Promise<UploadedPart[] | null> {
    const parts: UploadedPart[] = []
    for (let marker = '0'; ;) {
      const query = [
        ['uploadId', upload],
        ['part-number-marker', marker],
      ] as const
      const response = await this.#http.send({ method: 'GET', key, query, expected: [404] })
      const xml = await response.text()
      if (response.status === 404) return null
      for (const each of elements(xml, 'Part')) {
        const etag = textOf(each, 'ETag').replaceAll('"', '')
        parts.push({ number: Number(textOf(each, 'PartNumber')), etag })
      }
      if (textOf(xml, 'IsTruncated') !== 'true') return parts
      marker = textOf(xml, 'NextPartNumberMarker')
    }
  }

  async putPart(
    key: string,
    upload: string,
    number: number,
    body: Uint8Array<ArrayBuffer>,
  ): Promise<UploadedPart> {
    const query = [
      ['partNumber', String(number)],
      ['uploadId', upload],
    ] as const
    const response = await this.#http.send({ method: 'PUT', key, query, body })
    await response.arrayBuffer()
    return { number, etag: (response.headers.get('etag') ?? '').replaceAll('"', '') }
  }

  /** Makes one object of all parts. S3 may say that it failed in an answer with status 200. */
  async completeUpload(key: string, upload: string, parts: readonly UploadedPart[]): Promise<void> {
    const list = parts.map(
      ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`,
    )
    const text = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    const xml = await this.#http.text({
      method: 'POST',
      key,
      query: [['uploadId', upload]],
      body: new TextEncoder().encode(text),
    })
    if (!xml.includes('<Error>')) return
    throw new Fault('OBJECTS_UNAVAILABLE', { cause: new Error(`S3: ${textOf(xml, 'Code')}`) })
  }

  /** Drops an upload and its parts; one that is gone already is no error. */
  async abortUpload(key: string, upload: string): Promise<void> {
    const query = [['uploadId', upload]] as const
    await this.#http.text({ method: 'DELETE', key, query, expected: [404] })
  }

  /** Uploads that have not ended, of keys that start with a prefix. */
  async uploads(prefix: string): Promise<{ key: string; upload: string }[]> {
    const query = [
      ['uploads', ''],
      ['prefix', prefix],
    ] as const
    const xml = await this.#http.text({ method: 'GET', key: '', query })
    return elements(xml, 'Upload').map((each) => ({
      key: textOf(each, 'Key'),
      upload: textOf(each, 'UploadId'),
    }))
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
