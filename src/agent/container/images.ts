import { Fault } from '../../messages/index.ts'
import { EngineError, type Engine, type ImageState } from './engine.ts'

/** An image that is on this machine. */
export interface LocalImage {
  /** by which a container is made of exactly this image, whatever its name means by then */
  readonly id: string
  /** the digest that was asked for, else the one of its registry, else its id */
  readonly digest: string
}

/**
 * Brings an image to this machine. `name@sha256:…` means those very bytes: an image of that name with
 * another digest is not taken. `progress` gets the bytes that came so far of those known so far.
 * Throws Fault IMAGE_NOT_FOUND when it is neither here nor to be had, IMAGE_DIGEST when what came is
 * not what the digest names.
 */
export async function fetchImage(
  engine: Engine,
  reference: string,
  progress: (doneBytes: number, totalBytes: number) => void = () => {},
): Promise<LocalImage> {
  const wanted = digestIn(reference)
  const facts = { image: reference }
  try {
    const here = (await engine.image(reference)) ?? (await byId(engine, wanted))
    if (here === null) await engine.pull(reference, progress)
    const found = here ?? (await engine.image(reference))
    if (found === null) throw new Fault('IMAGE_NOT_FOUND', { retryable: false, facts })
    const digests = digestsOf(found)
    if (wanted !== null && !digests.includes(wanted)) throw wrong(reference, digests.join(' '))
    return { id: found.Id, digest: wanted ?? digests[0] ?? found.Id }
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    // The engine compares what a registry sent with the digest, and says so.
    if (wanted !== null && /digest|checksum/i.test(cause.message)) throw wrong(reference, '', cause)
    throw new Fault('IMAGE_NOT_FOUND', { cause, retryable: false, facts })
  }
}

/** An image that never came from a registry has no other digest than its id. */
async function byId(engine: Engine, wanted: string | null): Promise<ImageState | null> {
  return wanted === null ? null : engine.image(wanted)
}

function wrong(image: string, found: string, cause?: unknown): Fault {
  return new Fault('IMAGE_DIGEST', { cause, retryable: false, facts: { image, found } })
}

/** Digests by which an image may be named: those of registries first, then its id. */
function digestsOf(image: ImageState): string[] {
  const named = (image.RepoDigests ?? []).map(digestIn).filter((digest) => digest !== null)
  return [...named, image.Id.startsWith('sha256:') ? image.Id : `sha256:${image.Id}`]
}

/** The digest that a reference ends with; null for one by tag. */
function digestIn(reference: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null
}
