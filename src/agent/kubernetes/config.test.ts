import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import { accessOf } from './config.ts'

const CONFIG = `apiVersion: v1
kind: Config
current-context: far
clusters:
- name: c1
  cluster: {server: "https://10.1.2.3:6443/", certificate-authority-data: Q0E=}
- name: c2
  cluster:
    server: https://near.example
    insecure-skip-tls-verify: true
users:
- name: token
  user: {token: abc}
- name: certificate
  user: {client-certificate-data: Q0VSVA==, client-key: key.pem}
- name: plugin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: /bin/sh
      args: ['-c', 'echo "{\\"status\\": {\\"token\\": \\"$WORD\\"}}"']
      env: [{name: WORD, value: fresh}]
contexts:
- {name: far, context: {cluster: c1, user: token}}
- {name: near, context: {cluster: c2, user: certificate}}
- {name: cloud, context: {cluster: c1, user: plugin}}
`

function config(): string {
  const folder = testFolder('suan-kubeconfig-')
  writeFileSync(join(folder, 'key.pem'), 'KEY')
  writeFileSync(join(folder, 'config'), CONFIG)
  return join(folder, 'config')
}

test('the current context, its certificate authority and token', async () => {
  const access = accessOf({ config: config(), context: null })
  expect(access).toMatchObject({ server: 'https://10.1.2.3:6443', insecure: false })
  expect(access.ca?.toString()).toBe('CA')
  expect(await access.credentials()).toEqual({ token: 'abc', cert: null, key: null })
})

test('a named context; a client certificate in place, its key beside the file', async () => {
  const access = accessOf({ config: config(), context: 'near' })
  expect(access).toMatchObject({ server: 'https://near.example', insecure: true, ca: null })
  const { cert, key, token } = await access.credentials()
  expect([cert?.toString(), key?.toString(), token]).toEqual(['CERT', 'KEY', null])
})

test('a plugin is run for its token', async () => {
  const access = accessOf({ config: config(), context: 'cloud' })
  expect(await access.credentials()).toMatchObject({ token: 'fresh' })
})

test('a context that is not there is told', () => {
  expect(() => accessOf({ config: config(), context: 'none' })).toThrow(
    expect.objectContaining({ code: 'ENGINE_UNREACHABLE', retryable: false }),
  )
})
