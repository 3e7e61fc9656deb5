/**
 * A file system that can lose its power: ext4 in a loop image, shut down by EXT4_IOC_SHUTDOWN without
 * flushing, so that everything that was not synced is gone. Needs root, loop devices and perl.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const EXT4_IOC_SHUTDOWN = '0x8004587d'
const WITHOUT_FLUSHING = 2

export function canCutPower(): boolean {
  return (
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    existsSync('/dev/loop-control') &&
    existsSync('/usr/bin/perl') &&
    existsSync('/sbin/mkfs.ext4')
  )
}

export class CrashDisk {
  readonly path: string
  readonly #image: string

  constructor(folder: string, sizeMib: number) {
    this.path = join(folder, 'disk')
    this.#image = join(folder, 'disk.img')
    mkdirSync(this.path)
    writeFileSync(this.#image, '')
    truncateSync(this.#image, sizeMib * 1024 * 1024)
    execFileSync('/sbin/mkfs.ext4', ['-q', '-F', this.#image])
    this.#mount()
  }

  /** Everything written but not synced is lost; the disk answers nothing until power is back. */
  cutPower(): void {
    const script =
      'use Fcntl; sysopen(F, $ARGV[0], O_RDONLY) or die $!;' +
      `my $how = pack("I", ${WITHOUT_FLUSHING}); ioctl(F, ${EXT4_IOC_SHUTDOWN}, $how) or die $!`
    execFileSync('/usr/bin/perl', ['-e', script, join(this.path, 'lost+found')])
  }

  restorePower(): void {
    execFileSync('umount', [this.path])
    this.#mount()
  }

  destroy(): void {
    execFileSync('umount', [this.path])
    rmSync(this.#image)
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.path])
  }
}
