// Whatever is sent, however it is read, and however frames and credit travel: all of it arrives in
// order, and no more than a window is ever on the way.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Credit, TUNNEL, readTunnel } from '../wire/index.ts'
import { TunnelPipe } from './tunnel-pipe.ts'

const WINDOW = TUNNEL.windowBytes
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Two ends with a line between them that carries frames when it is told to. */
function line() {
  const lanes: { to: () => TunnelPipe; frames: Uint8Array[] }[] = []
  const lane = (to: () => TunnelPipe) => {
    const made = { to, frames: [] as Uint8Array[] }
    lanes.push(made)
    return (frame: Uint8Array) => void made.frames.push(frame)
  }
  const near: TunnelPipe = new TunnelPipe(
    1,
    lane(() => far),
  )
  const far: TunnelPipe = new TunnelPipe(
    1,
    lane(() => near),
  )
  let onTheWay = 0
  let most = 0
  const account = new Credit()
  const carry = (count: number): void => {
    for (const { to, frames } of lanes) {
      for (const frame of frames.splice(0, count)) {
        const read = readTunnel(frame)
        // A relay's own account never disagrees.
        const agrees = to() === far ? account.use(read.bytes.length) : account.grant(read.credit)
        expect(agrees && to().take(read)).toBe(true)
        if (to() === far) onTheWay += read.bytes.length
        most = Math.max(most, onTheWay)
      }
    }
  }
  const waiting = () => lanes.reduce((sum, { frames }) => sum + frames.length, 0)
  return {
    near,
    far,
    carry,
    waiting,
    read: (bytes: number) => (onTheWay -= bytes),
    most: () => most,
  }
}

test('all of it, in order, and never more than a window', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 * TUNNEL.chunkBytes }), { maxLength: 12 })
  const pace = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(sizes, sizes, pace, async (data, errors, paces) => {
      const { near, far, carry, waiting, read, most } = line()
      const sent = { data: 0, errors: 0 }
      const got = { data: 0, errors: 0 }
      const send = async (says: 'data' | 'errors', lengths: readonly number[]) => {
        for (const length of lengths) {
          // Bytes tell their place in their stream.
          const bytes = Uint8Array.from({ length }, (_, n) => (sent[says] + n) % 251)
          sent[says] += length
          expect(await near.send(bytes, says)).toBe(true)
        }
      }
      const take = async (says: 'data' | 'errors') => {
        for await (const bytes of far[says]) {
          for (const [n, byte] of bytes.entries()) {
            if (byte !== (got[says] + n) % 251) throw new Error(`${says} is out of order`)
          }
          got[says] += bytes.length
          read(bytes.length)
          if (got[says] % 3 === 0) await turn()
        }
      }
      const done = { is: false }
      const work = Promise.all([send('data', data), send('errors', errors)]).then(() =>
        near.sendEnd(),
      )
      const all = Promise.all([work, take('data'), take('errors')]).then(() => (done.is = true))
      for (let n = 0; !done.is; n++) {
        carry(paces[n % paces.length]! + (n > 10_000 || waiting() > 50 ? 1 : n % 2))
        await turn()
      }
      await all
      expect(got).toEqual(sent)
      expect(most()).toBeLessThanOrEqual(WINDOW)
    }),
    { numRuns: 25 },
  )
})

test('nobody waits for ever: who sends into a tunnel that is over is told', async () => {
  const { near, carry } = line()
  const sending = near.send(new Uint8Array(WINDOW * 2))
  carry(100)
  near.over({ end: 'node_gone', exitCode: null, bytesIn: 0, bytesOut: 0 })
  expect(await sending).toBe(false)
  expect(await near.send(new Uint8Array(1))).toBe(false)
  expect((await near.ended).end).toBe('node_gone')
})
