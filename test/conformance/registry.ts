import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SampleImage } from './sample-image.ts'

const PIECE_BYTES = 256 * 1024
/** Podman tells its progress once a second. */
const PIECE_MS = 300

/** A registry of images on this machine's own network, without encryption. */
export interface Registry {
  /** the name of its one image, without tag or digest */
  readonly name: string
  readonly close: () => Promise<void>
}

/**
 * Serves one image by the OCI distribution protocol, slowly enough that progress is seen. With
 * `instead` it answers what names the image's digest with that other image: a registry that lies.
 */
export async function startRegistry(image: SampleImage, instead?: SampleImage): Promise<Registry> {
  const served = instead ?? image
  const blobs = [served.config, served.layer, served.manifest]
  const server = createServer((request, response) => {
    const [, kind, reference = ''] =
      /^\/v2\/suan\/shell\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? []
    const found =
      kind === 'manifests' ? served.manifest : blobs.find(({ digest }) => digest === reference)
    if (request.url === '/v2/') response.end('{}')
    else if (found === undefined) response.writeHead(404).end('{}')
    else {
      response.writeHead(200, {
        'content-type': found.type,
        'content-length': found.bytes.length,
        'docker-content-digest': kind === 'manifests' ? image.manifest.digest : found.digest,
      })
      if (request.method === 'HEAD') response.end()
      else void sendSlowly(response, found.bytes)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    name: `127.0.0.1:${port}/suan/shell`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function sendSlowly(response: ServerResponse, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    response.write(bytes.subarray(at, at + PIECE_BYTES))
    await sleep(PIECE_MS)
  }
  response.end()
}
