import type { Command } from 'commander'
import { SMALL, WHOLE } from '../assess/task.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/duration.ts'
import { parseMemory } from '../input/memory.ts'
import { parsed } from '../input/option.ts'
import { startAssessor } from '../server/assessor.ts'
import { settle, type GlobalOptions } from '../settings.ts'
import { shellOf, type Shell } from '../shell.ts'

const HOUR = 3_600

interface Options {
  readonly order: number
  readonly memory: number
  readonly every: number
  readonly witnessEvery: number
  readonly auditEvery: number
}

/** `suan assess`: challenges machines with an assessor's key, until it is told to stop. */
export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const duration = parsed(shell, parseDuration, 'bad.duration')
  program
    .command('assess')
    .summary(say('help.assess'))
    .option(
      '--order <n>',
      say('help.auditOrder'),
      parsed(shell, parseCount, 'bad.count'),
      WHOLE.order,
    )
    .option(
      '--memory <size>',
      say('help.auditMemory'),
      parsed(shell, parseMemory, 'bad.memory'),
      WHOLE.memoryMib,
    )
    .option('--every <time>', say('help.assessEvery'), duration, 6 * HOUR)
    .option('--witness-every <time>', say('help.assessWitness'), duration, 2 * HOUR)
    .option('--audit-every <time>', say('help.assessAudit'), duration, 24 * HOUR)
    .action(async (options: Options, command: Command) => {
      await assess(shell, options, command.optsWithGlobals<GlobalOptions>())
    })
}

async function assess(shell: Shell, options: Options, globals: GlobalOptions): Promise<void> {
  const stopped = new Promise<void>((end) => shell.host.onInterrupt(end))
  const { url, key } = settle(shell, globals)
  const note = (what: string, facts: Readonly<Record<string, string | number>>): void => {
    shell.host.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...facts })}\n`)
  }
  const asked = { order: options.order, memoryMib: options.memory }
  const assessor = startAssessor({
    url,
    token: key,
    note,
    plan: {
      sizes: { ...SMALL, ...asked },
      auditSizes: { ...WHOLE, ...asked },
      challengeSeconds: options.every,
      witnessSeconds: options.witnessEvery,
      auditSeconds: options.auditEvery,
    },
  })
  await stopped
  await assessor.stop()
}
