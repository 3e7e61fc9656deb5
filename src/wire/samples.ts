/** What a node measured in one second, as a binary frame of the WebSocket (docs/monitoring.md). */
import { SAMPLE_METRICS } from '../messages/index.ts'
import { BATCH, FRAME, getU53, setU53, viewOf, wrong } from './batch/layout.ts'

const TIME_BYTES = 8
const VALUE_BYTES = 4
/** values that a frame of a later version may have at most; those that we do not know are passed over */
const VALUES_MAX = 64

export interface SampleFrame {
  readonly node: number
  /** by the node's own clock */
  readonly atUs: number
  /** in the order of SAMPLE_METRICS, and no more than there are; NaN is not measured */
  readonly values: Float32Array
}

/** Is this frame one of samples, or tries to be? */
export function isSampleFrame(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[1] === FRAME.samples
}

/** The frame of a node's samples. Node and number of values stand where batches have id and count. */
export function encodeSamples({ node, atUs, values }: SampleFrame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BATCH.headBytes + TIME_BYTES + values.length * VALUE_BYTES)
  const view = viewOf(bytes)
  view.setUint8(0, BATCH.version)
  view.setUint8(1, FRAME.samples)
  view.setUint16(2, values.length, true)
  view.setUint32(4, node, true)
  setU53(view, BATCH.headBytes, atUs)
  const from = BATCH.headBytes + TIME_BYTES
  for (const [at, value] of values.entries()) view.setFloat32(from + at * VALUE_BYTES, value, true)
  return bytes
}

/** Reads a frame. Throws CodecError, its path the field that is wrong. */
export function decodeSamples(bytes: Uint8Array): SampleFrame {
  const from = BATCH.headBytes + TIME_BYTES
  if (bytes.length < from) throw wrong('head', `${from} bytes`)
  const view = viewOf(bytes)
  if (view.getUint8(0) !== BATCH.version) throw wrong('version', `${BATCH.version}`)
  const count = view.getUint16(2, true)
  if (count > VALUES_MAX) throw wrong('count', `at most ${VALUES_MAX}`)
  if (bytes.length !== from + count * VALUE_BYTES) throw wrong('length', `${count} values`)
  const atUs = getU53(view, BATCH.headBytes)
  if (!Number.isSafeInteger(atUs)) throw wrong('at', 'microseconds')
  const values = new Float32Array(Math.min(count, SAMPLE_METRICS.length))
  for (let at = 0; at < values.length; at++) {
    const value = view.getFloat32(from + at * VALUE_BYTES, true)
    // Nothing that is measured is negative or without end.
    values[at] = Number.isFinite(value) && value >= 0 ? value : Number.NaN
  }
  return { node: view.getUint32(4, true), atUs, values }
}
