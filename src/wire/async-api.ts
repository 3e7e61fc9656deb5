/** The WebSocket as an AsyncAPI 3.0 document, from the schemas that it validates with. */
import { Literal } from 'typebox'
import { BATCH } from './batch/layout.ts'
import { AnswerFrame, CHANNELS, CHANNEL_DATA, NoticeFrame, frameHead } from './frames.ts'
import { CLIENT_OPS } from './ops.ts'
import { Shape, type TSchema } from './schema.ts'
import { WS_PATH } from './signing.ts'
import { TUNNEL_FRAMES } from './tunnel/ops.ts'

const CHANNEL = { $ref: '#/channels/socket' }
const refTo = (message: string) => ({ $ref: `#/channels/socket/messages/${message}` })

/** Every op as an operation with its answer, every channel as a message that the server sends. */
export function asyncApi(version: string): object {
  const answers: Record<string, TSchema> = { answer: AnswerFrame, notice: NoticeFrame }
  const frames = Object.fromEntries(
    CHANNELS.map((channel) => [
      `${channel}.frame`,
      Shape({ channel: Literal(channel), ...frameHead, data: CHANNEL_DATA[channel] }),
    ]),
  )
  const messages = { ...CLIENT_OPS, ...answers, ...frames, ...TUNNEL_FRAMES }
  const binary = {
    'order.batch': bytes('order.batch', `1 to ${BATCH.itemsMax} orders and cancels`),
    'order.outcomes': bytes('order.outcomes', 'What became of each, when all are durable'),
    'tunnel.bytes': bytes('tunnel.bytes', 'Bytes of a tunnel, their end, or credit', 'tunnels'),
  }
  const asked = Object.keys(CLIENT_OPS).map((op) => [
    op,
    {
      action: 'receive',
      channel: CHANNEL,
      messages: [refTo(op)],
      reply: { channel: CHANNEL, messages: [refTo('answer')] },
    },
  ])
  const sent = [...Object.keys(frames), ...Object.keys(TUNNEL_FRAMES), 'notice'].map(refTo)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Suan', version, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: WS_PATH,
        messages: {
          ...Object.fromEntries(
            Object.entries(messages).map(([name, payload]) => [name, { name, payload }]),
          ),
          ...binary,
        },
      },
    },
    operations: {
      ...Object.fromEntries(asked),
      'order.batch': {
        action: 'receive',
        channel: CHANNEL,
        messages: [refTo('order.batch')],
        reply: { channel: CHANNEL, messages: [refTo('order.outcomes'), refTo('answer')] },
      },
      'tunnel.bytes': {
        action: 'receive',
        channel: CHANNEL,
        messages: [refTo('tunnel.bytes')],
        reply: { channel: CHANNEL, messages: [refTo('tunnel.bytes')] },
      },
      frames: { action: 'send', channel: CHANNEL, messages: sent },
    },
  }
}

/** A message that is no JSON; its bytes are described in a page of docs. */
function bytes(name: string, summary: string, page = 'batches'): object {
  const payload = { type: 'string', format: 'binary' }
  const contentType = 'application/octet-stream'
  return { name, summary, contentType, payload, description: `Layout: docs/${page}.md` }
}
