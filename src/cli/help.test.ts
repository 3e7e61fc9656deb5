import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { runCli } from '../../test/tools/cli-host.ts'
import { openSocket } from './connect.ts'
import { bytesOf } from './output/values.ts'

test('a command without a longer text says its summary', async () => {
  const { stdout } = await runCli(['allocation', 'close', '--help'])
  expect(stdout).toMatch(/^give it back; billing stops$/m)
})

test('words and what is usual are told in the language of the command', async () => {
  const driver = async (lang: string) =>
    (await runCli(['provider', 'run', '--help', '--lang', lang])).stdout
  expect(await driver('en')).toMatch(/\(choices:\s+docker,\s+oci/)
  expect(await driver('zh')).toContain('（可选：docker')
  const assess = async (lang: string) => (await runCli(['assess', '--help', '--lang', lang])).stdout
  expect(await assess('en')).toContain('(default: 512MiB)')
  expect(await assess('zh')).toContain('（默认：6h）')
})

test('refusals over the socket come in the language of the command', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const asked = once(server, 'connection')
  const { port } = server.address() as AddressInfo
  const socket = openSocket(`ws://127.0.0.1:${port}`, 'zh')
  const opened = new Promise<void>((open) => socket.addEventListener('open', () => open()))
  const [, request] = await asked
  await opened
  expect(request.headers['accept-language']).toBe('zh')
  socket.close()
  server.close()
})

test('a witness that would end at once is refused', async () => {
  const words = ['run', '--witness', '--detach', '-p', '1', '-y', '--', 'true']
  const { code, stderr } = await runCli(words)
  expect(code).toBe(2)
  expect(stderr).toContain('suan witness ALLOCATION')
})

test('bytes are counted as files are', () => {
  expect([0, 1_023, 1_536, 17_179_869_184, 2 ** 60].map(bytesOf)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '16 GiB',
    '1048576 TiB',
  ])
})
