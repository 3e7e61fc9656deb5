/** The WebSocket as an AsyncAPI 3.0 document, from the schemas that it validates with. */
import { Literal } from 'typebox'
import { AnswerFrame, CHANNELS, CHANNEL_DATA, NoticeFrame, frameHead } from './frames.ts'
import { CLIENT_OPS } from './ops.ts'
import { Shape, type TSchema } from './schema.ts'
import { WS_PATH } from './signing.ts'

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
  const messages = { ...CLIENT_OPS, ...answers, ...frames }
  const asked = Object.keys(CLIENT_OPS).map((op) => [
    op,
    {
      action: 'receive',
      channel: CHANNEL,
      messages: [refTo(op)],
      reply: { channel: CHANNEL, messages: [refTo('answer')] },
    },
  ])
  const sent = [...Object.keys(frames), 'notice'].map(refTo)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Suan', version, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: WS_PATH,
        messages: Object.fromEntries(
          Object.entries(messages).map(([name, payload]) => [name, { name, payload }]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(asked),
      frames: { action: 'send', channel: CHANNEL, messages: sent },
    },
  }
}
