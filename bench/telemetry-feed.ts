/** Plays the daemons of many nodes: their frames over sockets, spread evenly over each second. */
import { WebSocket } from 'ws'
import { SAMPLE_METRICS } from '../src/messages/index.ts'
import { encodeSamples } from '../src/wire/index.ts'

const [port = '', nodes = '', sockets = ''] = process.argv.slice(2)
const NODES = Number(nodes)
/** frames are sent in so many goes a second */
const GOES = 100

const lines = await Promise.all(
  Array.from({ length: Number(sockets) }, async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return socket
  }),
)
const values = new Float32Array(SAMPLE_METRICS.length)
let go = 0
const began = performance.now()
setInterval(() => {
  // A late timer makes up for what it missed.
  const due = ((performance.now() - began) * GOES) / 1_000
  for (; go < due; go++) send(go)
}, 1_000 / GOES)

function send(at: number): void {
  const [from, until] = [at % GOES, (at % GOES) + 1].map((each) =>
    Math.floor((each * NODES) / GOES),
  )
  for (let node = from!; node < until!; node++) {
    for (let place = 0; place < values.length; place++) {
      values[place] = ((node * 31 + at * 17 + place) % 997) / 997
    }
    const frame = encodeSamples({ node: node + 1, atUs: Date.now() * 1_000, values })
    lines[node % lines.length]!.send(frame)
  }
}
process.on('disconnect', () => process.exit(0))
