import {
  closeSync,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { Fault } from '../messages/index.ts'

const BLOCK = 512
const CHUNK = 1024 * 1024
type Kind = 'file' | 'folder' | 'link' | 'long name' | 'long target'
const FLAGS: Readonly<Record<Kind, string>> = {
  file: '0',
  folder: '5',
  link: '2',
  'long name': 'L',
  'long target': 'K',
}

/**
 * Packs a file or the contents of a folder into a tar file (ustar, GNU long names). Links are kept
 * as links and never followed; owners and times are left out, so equal contents give equal bytes.
 * Throws Fault OUTPUT_TOO_LARGE beyond `maxBytes`.
 */
export function packTar(source: string, target: string, maxBytes: number): void {
  const writer = new TarWriter(target, maxBytes)
  try {
    if (lstatSync(source).isDirectory()) {
      for (const name of readdirSync(source).sort()) add(writer, join(source, name), name)
    } else {
      add(writer, source, basename(source))
    }
    writer.end()
  } finally {
    writer.close()
  }
}

function add(writer: TarWriter, path: string, name: string): void {
  const stat = lstatSync(path)
  const mode = stat.mode & 0o777
  if (stat.isSymbolicLink()) {
    writer.header('link', name, 0o777, 0, readlinkSync(path))
  } else if (stat.isDirectory()) {
    writer.header('folder', `${name}/`, mode, 0)
    for (const child of readdirSync(path).sort()) add(writer, join(path, child), `${name}/${child}`)
  } else if (stat.isFile()) {
    writer.header('file', name, mode, stat.size)
    writer.file(path, stat.size)
  }
}

/** Writes tar entries to a file. */
export class TarWriter {
  readonly #file: number
  readonly #maxBytes: number
  #size = 0

  constructor(path: string, maxBytes: number) {
    this.#file = openSync(path, 'w', 0o600)
    this.#maxBytes = maxBytes
  }

  header(kind: Kind, name: string, mode: number, size: number, link = ''): void {
    if (Buffer.byteLength(link) > 100) this.#long('long target', link)
    if (Buffer.byteLength(name) > 100) this.#long('long name', name)
    const block = Buffer.alloc(BLOCK)
    block.write(name.slice(0, 100), 0, 100)
    octal(block, 100, 8, mode)
    octal(block, 108, 8, 0)
    octal(block, 116, 8, 0)
    octal(block, 124, 12, size)
    octal(block, 136, 12, 0)
    block.fill(' ', 148, 156)
    block.write(FLAGS[kind], 156)
    block.write(link.slice(0, 100), 157, 100)
    block.write('ustar  \0', 257, 'latin1')
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    this.#write(block)
  }

  /** Bytes of an entry whose header was written with their length. */
  content(bytes: Uint8Array): void {
    this.#write(bytes)
    this.#pad(bytes.length)
  }

  /** Exactly `size` bytes of a file; zeros where it became shorter meanwhile. */
  file(path: string, size: number): void {
    const source = openSync(path, 'r')
    try {
      const buffer = new Uint8Array(Math.min(CHUNK, Math.max(1, size)))
      for (let at = 0; at < size;) {
        const length = readSync(source, buffer, 0, Math.min(buffer.length, size - at), at)
        if (length === 0) buffer.fill(0)
        const part = buffer.subarray(0, length === 0 ? Math.min(buffer.length, size - at) : length)
        this.#write(part)
        at += part.length
      }
    } finally {
      closeSync(source)
    }
    this.#pad(size)
  }

  end(): void {
    this.#write(new Uint8Array(2 * BLOCK))
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(bytes: Uint8Array): void {
    this.#size += bytes.length
    if (this.#size > this.#maxBytes) {
      throw new Fault('OUTPUT_TOO_LARGE', { retryable: false, facts: { limit: this.#maxBytes } })
    }
    writeSync(this.#file, bytes)
  }

  #long(kind: Kind, text: string): void {
    const bytes = Buffer.from(`${text}\0`)
    this.header(kind, '././@LongLink', 0o644, bytes.length)
    this.content(bytes)
  }

  #pad(length: number): void {
    this.#write(new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK))
  }
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
}
