import { dirname, join } from 'node:path'
import type { ImageProgress } from '../driver.ts'
import { ImageFolder, type UnpackedImage } from '../oci/image.ts'
import { letThrough } from './folders.ts'
import type { SlurmOptions } from './options.ts'

/** Images that lie on the file system which daemon and nodes share, each unpacked there once. */
export class SlurmImages {
  readonly #folder: string
  readonly #images: ImageFolder

  constructor(leases: string, { images }: Pick<SlurmOptions, 'images'>) {
    this.#folder = images ?? join(dirname(leases), 'images')
    this.#images = new ImageFolder(this.#folder)
  }

  /** As ImageFolder; jobs' users may come through to it. */
  async prepare(image: string, progress?: ImageProgress): Promise<UnpackedImage> {
    letThrough(this.#folder)
    return this.#images.prepare(image, progress)
  }
}
