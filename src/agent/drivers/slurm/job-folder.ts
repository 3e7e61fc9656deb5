import { join } from 'node:path'

/** Folder of a job's own files: script, output, and what says that it began and ended. */
export function jobFolderOf(workloadFolder: string): string {
  return join(workloadFolder, 'job')
}

/** What a program beside a job is started with: out of the job's own reach. */
export function programFileOf(workloadFolder: string): string {
  return join(workloadFolder, 'program.json')
}
