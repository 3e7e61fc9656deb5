import { expect, test } from 'vitest'
import { withoutComplaints } from './pod-log.ts'

async function passed(...chunks: readonly string[]): Promise<string> {
  let text = ''
  const bytes = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk)
  })()
  for await (const chunk of withoutComplaints(bytes)) text += Buffer.from(chunk).toString()
  return text
}

const GONE =
  'rpc error: code = NotFound desc = an error occurred when try to find container "f752139a": not found'

test('what the kubelet adds to the log of a container that vanished is left out', async () => {
  expect(await passed('up\n', 'bye\n', GONE)).toBe('up\nbye\n')
  expect(await passed(`up\nbye\n${GONE}`)).toBe('up\nbye\n')
  expect(await passed('unable to retrieve container logs for containerd://f752139a')).toBe('')
})

test('a program may print the same', async () => {
  expect(await passed(`${GONE}\n`, 'more\n')).toBe(`${GONE}\nmore\n`)
  expect(await passed(GONE, '\nmore\n')).toBe(`${GONE}\nmore\n`)
})
