import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../../../test/support/test-folder.ts'
import { rootBinds } from './root-binds.ts'

/** A root folder with a program, a link to its folder, a folder of data and what containers mount. */
function image(): string {
  const root = testFolder('suan-root-')
  for (const path of ['usr/bin', 'data/own', 'proc', 'dev', 'tmp'])
    mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, 'usr/bin/sh'), '')
  writeFileSync(join(root, 'note'), '')
  symlinkSync('usr/bin', join(root, 'bin'))
  symlinkSync('/etc', join(root, 'data/link'))
  return root
}

test('a root folder is mounted by its parts, links are links, and what is mounted anyway is left out', () => {
  const root = image()
  const { links, readOnly } = rootBinds(root, ['/work'])
  expect(links).toEqual([{ path: '/bin', target: 'usr/bin' }])
  expect(readOnly.toSorted((a, b) => (a.to < b.to ? -1 : 1))).toEqual(
    ['/data', '/note', '/usr'].map((to) => ({ from: join(root, to), to })),
  )
})

test('a folder in which something else is mounted is made anew, with its own parts beside that', () => {
  const root = image()
  const { links, readOnly } = rootBinds(root, ['/data/in', '/note'])
  const places = readOnly.map(({ to }) => to)
  expect(places.toSorted()).toEqual(['/data/own', '/usr'])
  expect(links).toContainEqual({ path: '/data/link', target: '/etc' })
})
