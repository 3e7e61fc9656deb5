/** Files of /proc and /sys, of which any may be absent: another kernel, a container, a laptop. */
import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'

export class SystemFiles {
  readonly #root: string

  constructor(root = '/') {
    this.#root = root
  }

  /** The text of a file, '' where it cannot be read. */
  text(path: string): string {
    try {
      return readFileSync(join(this.#root, path), 'utf8')
    } catch (error) {
      // Absent, or a sensor that has nothing to say now.
      if (error instanceof Error) return ''
      throw error
    }
  }

  /** The number in a file, NaN where there is none. */
  number(path: string): number {
    const text = this.text(path).trim()
    return text === '' ? Number.NaN : Number(text)
  }

  /** Names in a folder, none where it cannot be read. */
  names(path: string): string[] {
    try {
      return readdirSync(join(this.#root, path))
    } catch (error) {
      if (error instanceof Error) return []
      throw error
    }
  }

  exists(path: string): boolean {
    return existsSync(join(this.#root, path))
  }

  /** Whole disks: neither partitions nor what lies on other devices. */
  disks(): Set<string> {
    const isOnOthers = /^(loop|ram|zram|dm-|md|sr|fd|nbd)/
    return new Set(this.names('sys/block').filter((name) => !isOnOthers.test(name)))
  }

  /** Interfaces of this machine to others: those with a device, or all but the loopback. */
  interfaces(): Set<string> {
    const all = this.names('sys/class/net').filter((name) => name !== 'lo')
    const real = all.filter((name) => this.exists(`sys/class/net/${name}/device`))
    return new Set(real.length > 0 ? real : all)
  }
}
