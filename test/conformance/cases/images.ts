import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { Fault } from '../../../src/messages/index.ts'
import { end, type DriverBench } from '../bench.ts'
import { NotShown, type ConformanceCase } from '../case.ts'
import { alike, refused } from '../expect.ts'
import { startRegistry } from '../registry.ts'
import { sampleImage, type SampleImage } from '../sample-image.ts'

const SAY = ['/sh', '-c', 'read line < /note; echo "$line"']

/** What runs is what was named. */
export const IMAGES: readonly ConformanceCase[] = [
  {
    id: 'images.missing',
    title: 'an image that is nowhere is IMAGE_NOT_FOUND',
    needs: [],
    run: async (bench) => {
      const image = 'localhost:1/suan/none:1'
      await refused(bench.start({ image }), 'IMAGE_NOT_FOUND')
      await refused(
        bench.driver.fetchImage(image, () => {}),
        'IMAGE_NOT_FOUND',
      )
    },
  },
  {
    id: 'images.program',
    title: 'a program of an image sees the files of that image and its own folder',
    needs: ['images'],
    run: async (bench) => {
      const image = await bench.sampleImage()
      const write = '(echo x > /y) 2> /work/why; read why < /work/why; echo "$why"'
      const command = ['/sh', '-c', `echo "$HOME $0 $1"; ${write}`, 'a b']
      const result = await end(await bench.start({ image, command }))
      alike(result, { end: 'EXITED', exitCode: 0 })
      match(result.stdout, /^\/work a b \n.*\/y.*\n$/)
      const none = await end(await bench.start({ image, command: ['/bin/ls'] }))
      notEqual(none.exitCode, 0)
    },
  },
  {
    id: 'images.digest',
    title: 'an image by its digest is that image, and the digest is told',
    needs: ['images'],
    run: async (bench) => {
      const name = (await bench.sampleImage()).replace(/:[^:/]*$/, '')
      const digest = await bench.driver.fetchImage(`${name}:1`, () => {})
      match(digest ?? '', /^sha256:[0-9a-f]{64}$/)
      const image = `${name}@${digest}`
      equal(await bench.driver.fetchImage(image, () => {}), digest)
      alike(await end(await bench.start({ image, command: SAY })), { stdout: 'suan\n' })
    },
  },
  {
    id: 'images.other-digest',
    title: 'an image that is here, but not by that digest, does not run',
    needs: ['images'],
    run: async (bench) => {
      const name = (await bench.sampleImage()).replace(/:[^:/]*$/, '')
      const image = `${name}@sha256:${'0'.repeat(64)}`
      const codes = ['IMAGE_NOT_FOUND', 'IMAGE_DIGEST']
      const refusal = await bench.start({ image, command: SAY }).catch((error: unknown) => error)
      ok(refusal instanceof Fault && codes.includes(refusal.code), String(refusal))
    },
  },
  {
    id: 'images.pulled',
    title: 'an image comes from its registry by digest, with its progress in bytes',
    needs: ['images'],
    run: async (bench) => {
      const image = sampleImage(`pulled ${Date.now()}`)
      const registry = await startRegistry(image)
      const reference = `${registry.name}@${image.manifest.digest}`
      try {
        const told = await pull(bench, reference, image.manifest.digest)
        const done = told.map(([bytes]) => bytes)
        deepEqual(
          done,
          done.toSorted((a, b) => a - b),
        )
        deepEqual(told.at(-1), [image.layer.bytes.length, image.layer.bytes.length])
        ok(new Set(done).size > 2, `progress was told as ${done.join(' ')}`)
        match((await end(await bench.start({ image: reference, command: SAY }))).stdout, /^pulled/)
      } finally {
        await registry.close()
      }
    },
  },
  {
    id: 'images.substituted',
    title: 'a registry that sends another image than its digest names is found out',
    needs: ['images'],
    run: async (bench) => {
      const image = sampleImage(`wanted ${Date.now()}`)
      const registry = await startRegistry(image, sampleImage(`instead ${Date.now()}`))
      const reference = `${registry.name}@${image.manifest.digest}`
      try {
        await refused(pull(bench, reference, ''), 'IMAGE_DIGEST')
        await refused(bench.start({ image: reference, command: SAY }), 'IMAGE_DIGEST')
      } finally {
        await registry.close()
      }
    },
  },
]

/** Fetches, and answers what was told of its progress. */
async function pull(
  bench: DriverBench,
  reference: string,
  digest: SampleImage['manifest']['digest'],
): Promise<[number, number][]> {
  const told: [number, number][] = []
  try {
    const found = await bench.driver.fetchImage(reference, (done, total) => {
      told.push([done, total])
    })
    equal(found, digest)
    return told
  } catch (error) {
    const cause = error instanceof Fault ? error.cause : null
    if (!(cause instanceof Error) || !/https/i.test(cause.message)) throw error
    throw new NotShown(`the engine takes no registry without encryption: ${cause.message}`)
  }
}
