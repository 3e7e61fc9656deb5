import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { verifySignature } from '../../agent/index.ts'
import { formatTime, sha256Hex } from '../../kernel/index.ts'
import { checkReport } from '../../models/index.ts'
import { parseReport, reportBytes } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { printList, type ListView } from '../output/print.ts'
import { when } from '../output/values.ts'
import { shellOf } from '../shell.ts'

interface Line {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  program.command('verify-report <file>').summary(say('help.verifyReport')).action(task(verify))
}

/** Exit code 0 when everything holds, 1 otherwise; a changed byte is found by the first look. */
async function verify(cli: Cli, _options: object, file: string): Promise<number> {
  const bytes = readFileSync(resolve(cli.host.cwd, file))
  const signed = parseReport(bytes)
  if (signed === null) {
    cli.tell(cli.say('verify.unreadable', { file }))
    return EXIT.other
  }
  const { report, signature } = signed
  const signatureHolds = verifySignature(report.publicKey, reportBytes(report), signature)
  const checks = checkReport(report, { signatureHolds, nowUs: cli.host.nowMs() * 1_000 })
  const facts = {
    key: report.publicKey.slice(0, 16),
    suite: report.suite,
    until: when(cli, formatTime(report.expiresAtUs)),
  }
  const data = checks.map((one) => ({ ...one, detail: cli.say(`verify.${one.check}`, facts) }))
  printList(cli, lineView, { data })
  const failed = data.filter(({ ok }) => !ok)
  const verdict =
    failed.length === 0
      ? cli.say('verify.holds', { digest: sha256Hex(bytes) })
      : cli.say('verify.fails', { checks: failed.map(({ detail }) => detail).join(', ') })
  cli.tell(verdict)
  return failed.length === 0 ? EXIT.ok : EXIT.other
}

const lineView: ListView<Line> = {
  columns: [
    { title: 'col.status', cell: (one, cli) => cli.say(one.ok ? 'word.ok' : 'word.fault') },
    { title: 'col.check', cell: (one) => one.detail },
  ],
  name: (one) => one.check,
  empty: 'empty.metrics',
}
