import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../files.ts'
import type { Container } from '../../slurm/container-script.ts'
import type { Program } from '../../slurm/script.ts'

/** What a program beside a job is started with. */
export type Beside = { readonly program: Program } | { readonly container: Container }

/** Folder of a job's own files: script, output, and what says that it began and ended. */
export function jobFolderOf(workloadFolder: string): string {
  return join(workloadFolder, 'job')
}

/** Out of the job's own reach. */
const besideFile = (workloadFolder: string): string => join(workloadFolder, 'beside.json')

export function writeBeside(workloadFolder: string, beside: Beside): void {
  writeWhole(besideFile(workloadFolder), JSON.stringify(beside))
}

export function readBeside(workloadFolder: string): Beside {
  return JSON.parse(readFileSync(besideFile(workloadFolder), 'utf8')) as Beside
}
