// A process that runs the simulator for scripts/simulate-all.mjs: `node simulate-worker.mjs PROGRAM`.
// Each message is a {seed, steps}; each is answered with {code, report, words}.
import { pathToFileURL } from 'node:url'

const { simulate } = await import(pathToFileURL(process.argv[2]).href)

async function tell({ seed, steps }) {
  let report = ''
  let words = ''
  const out = (text) => (report += text)
  const err = (text) => (words += text)
  const code = await simulate({ seed, steps, json: true, out, err })
  process.send({ code, report: JSON.parse(report), words })
}

// Ctrl-C is for whoever started this: the story under way comes to its end.
process.on('SIGINT', () => {})
process.on('message', (run) => void tell(run))
process.send('ready')
