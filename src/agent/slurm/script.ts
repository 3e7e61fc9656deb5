/** What a job does: a file on the shared file system, so that no word of a buyer is ever a script's. */

/** A program and its surroundings. */
export interface Program {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
  /** processes that the user may have on the node */
  readonly processes: number
}

/** A word as a shell reads it back, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** The script that Slurm gets and keeps: it says only where the real one lies. */
export function submittedScript(file: string): string {
  return `#!/bin/sh\nexec /bin/sh ${quote(file)}\n`
}

/** The peak of memory of the job's own control group, of either version, where it can be seen. */
const PEAK = `old=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup); new=$(sed -n 's/^0:://p' /proc/self/cgroup)
peak=$(cat "/sys/fs/cgroup/memory$old/memory.max_usage_in_bytes" 2>/dev/null || cat "/sys/fs/cgroup$new/memory.peak" 2>/dev/null)`

/**
 * A script that sets `code` in what it does, with its books in `folder`: `began` is made by the first
 * run, and a second one (a job that somebody put back into the queue) ends at once; `ended` appears at
 * the end.
 */
export function bookkept(folder: string, what: string): string {
  return `set -C; ( : > ${quote(`${folder}/began`)} ) 2>/dev/null || exit 125; set +C
${what}
${PEAK}
echo "$code \${peak:-0}" > ${quote(`${folder}/ended`)}
exit $code
`
}

/**
 * The script of a program with its books in `folder`. The shell lives on when the program is asked to
 * end, so that its exit code is the program's.
 */
export function programScript(program: Program, folder: string): string {
  return bookkept(
    folder,
    `${limited(program.directory, program.processes)}
trap : TERM
${inEnvironment(program)}
code=$?`,
  )
}

/**
 * The script of a program beside the one of a job. Its exit code goes into a file: srun would add words
 * of its own about it to what the program says.
 */
export function besideScript(program: Program, codeFile: string): string {
  const begin = limited(program.directory, program.processes)
  return `${begin}\n${inEnvironment(program)}\necho $? > ${quote(codeFile)}\n`
}

/** Begins in a folder, with limits on what each program may open and the user may start. */
function limited(directory: string, processes: number): string {
  return `cd ${quote(directory)} || exit 125
ulimit -c 0; ulimit -n 4096 2>/dev/null
ulimit -u ${processes} 2>/dev/null || ulimit -p ${processes} 2>/dev/null`
}

function inEnvironment({ command, environment }: Program): string {
  const pairs = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  // env would take a first word with `=` in it for one more variable.
  const words =
    command[0]?.includes('=') === true ? ['sh', '-c', 'exec "$0" "$@"', ...command] : command
  return ['env', '-i', ...pairs, ...words].map(quote).join(' ')
}
