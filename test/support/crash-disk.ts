/**
 * A file system that can lose its power: ext4 in a loop image, shut down by EXT4_IOC_SHUTDOWN without
 * flushing, so that everything that was not synced is gone. Needs root, loop devices and perl.
 */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const EXT4_IOC_SHUTDOWN = '0x8004587d'
const WITHOUT_FLUSHING = 2
const BLOCK_BYTES = 1_024
const GONE_MS = 60_000
const NEEDED = ['/dev/loop-control', '/usr/bin/perl', '/sbin/mkfs.ext4'] as const

/**
 * For `test.skipIf`: can no disk of its own be made here? The run says what it needs. In continuous
 * integration the test runs all the same, and fails.
 */
export function lacksCrashDisks(): boolean {
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...NEEDED.filter((path) => !existsSync(path)),
  ]
  if (missing.length === 0 || process.env['CI'] !== undefined) return false
  console.log(`tests with a disk of their own are left out here: they need ${missing.join(', ')}`)
  return true
}

export class CrashDisk {
  readonly path: string
  readonly #image: string
  readonly #ballast: string

  constructor(folder: string, sizeMib: number) {
    this.path = join(folder, 'disk')
    this.#image = join(folder, 'disk.img')
    this.#ballast = join(this.path, 'ballast')
    mkdirSync(this.path)
    writeFileSync(this.#image, '')
    truncateSync(this.#image, sizeMib * 1024 * 1024)
    execFileSync('/sbin/mkfs.ext4', ['-q', '-F', '-m', '0', this.#image])
    this.#mount()
  }

  /** Everything written so far is on the disk. */
  sync(): void {
    execFileSync('sync', ['-f', this.path])
  }

  /** Everything written but not synced is lost; the disk answers nothing until power is back. */
  cutPower(): void {
    const script =
      'use Fcntl; sysopen(F, $ARGV[0], O_RDONLY) or die $!;' +
      `my $how = pack("I", ${WITHOUT_FLUSHING}); ioctl(F, ${EXT4_IOC_SHUTDOWN}, $how) or die $!`
    execFileSync('/usr/bin/perl', ['-e', script, join(this.path, 'lost+found')])
  }

  /** Nothing may have a file of it open. */
  restorePower(): void {
    execFileSync('umount', [this.path])
    this.#awaitGone()
    this.#mount()
  }

  /**
   * A mount namespace that was made meanwhile, by a sandbox or a cut network, has a copy of the mount: as
   * long as it lives the file system stays as it is, without power.
   */
  #awaitGone(): void {
    const attached = () => execFileSync('losetup', ['-j', this.#image], { encoding: 'utf8' }) !== ''
    const endMs = Date.now() + GONE_MS
    while (attached()) {
      if (Date.now() > endMs) throw new Error('another mount namespace keeps the disk')
      execFileSync('sleep', ['0.1'])
    }
  }

  /** Takes all the space that can be written but `spareKib`. */
  fill(spareKib = 0): void {
    const file = openSync(this.#ballast, 'a')
    try {
      // Not every block that counts as free can be had: written until no more is taken.
      for (const size of [1_048_576, BLOCK_BYTES]) {
        const block = Buffer.alloc(size, 1)
        while (takesMore(file, block));
      }
      fsyncSync(file)
      ftruncateSync(file, Math.max(fstatSync(file).size - spareKib * 1_024, 0))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  /** Gives that space back. */
  empty(): void {
    rmSync(this.#ballast)
  }

  destroy(): void {
    execFileSync('umount', [this.path])
    rmSync(this.#image)
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.path])
  }
}

/** Writes one more block; false when the disk is full. */
function takesMore(file: number, block: Uint8Array): boolean {
  try {
    writeSync(file, block)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
