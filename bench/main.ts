/** `npm run bench`: measures, prints figures beside their peers. The help below says how. */
import { spawnSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { playFile, writeFile } from './cxb1/commands.ts'
import { GOALS, ON_DEMAND } from './goals.ts'

const HELP = `npm run bench -- [NAME ...] [--json]     all, or those that are named
npm run bench -- read-models --burst N    events that they drain; the whole is 10000000
npm run bench -- matching --file F        a CXB-1 file through the book; the last line is JSON
npm run bench -- cxb1 --symbols S --prefill P --commands N --seed X --mix std|move --out F
names: ${Object.keys(GOALS).join(', ')}; only by name: ${ON_DEMAND.join(', ')}
`

process.exit(main())

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      burst: { type: 'string' },
      file: { type: 'string' },
      symbols: { type: 'string', default: '1' },
      prefill: { type: 'string', default: '1000' },
      commands: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '42' },
      mix: { type: 'string', default: 'std' },
      out: { type: 'string' },
    },
  })
  const [first] = positionals
  if (values.help) return say(HELP, 0)
  if (first === 'cxb1')
    return values.out === undefined ? say(HELP, 2) : writeFile({ ...values, out: values.out })
  if (values.file !== undefined) return first === 'matching' ? playFile(values.file) : say(HELP, 2)
  const everyday = Object.keys(GOALS).filter((name) => !ON_DEMAND.includes(name))
  const wanted = positionals.length === 0 ? everyday : positionals
  const unknown = wanted.find((name) => GOALS[name] === undefined)
  if (unknown !== undefined) return say(`there is no benchmark ${unknown}\n${HELP}`, 2)
  if (!values.json) process.stdout.write(machine())
  return runAll(wanted, values.json, values.burst ?? '')
}

/** One after the other, each in a process of its own; the worst exit status. */
function runAll(names: readonly string[], json: boolean, burst: string): number {
  const program = fileURLToPath(new URL('./goal.js', import.meta.url))
  const statuses = names.map((name) => {
    const args = [program, name, json ? '--json' : '--text', burst]
    const { status } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    if (status !== 0) process.stderr.write(`benchmark ${name} failed\n`)
    return status === 0 ? 0 : 1
  })
  return Math.max(...statuses)
}

function machine(): string {
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  const load = loadavg().map((each) => each.toFixed(1))
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${memoryGib} GiB, Node ${process.version}, load ${load.join(' ')}\n`
}

function say(text: string, status: number): number {
  process.stderr.write(text)
  return status
}
