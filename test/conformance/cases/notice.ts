import { ok } from 'node:assert/strict'
import { monotonicMs, setNotice, type NoticeText } from '../../../src/agent/index.ts'
import { end, printed } from '../bench.ts'
import type { ConformanceCase } from '../case.ts'
import { alike } from '../expect.ts'

const HOUR_MS = 3_600_000
const TAKEN_BACK: NoticeText = {
  kind: 'reclaim',
  reason: 'RECLAIMED',
  ends_at: '2026-11-29T12:00:00.000000Z',
}
/** Says what it is told, tries to say something else in its place, and ends once nothing is told. */
const PROGRAM = `if [ -e "$SUAN_NOTICE" ]; then echo early; fi; echo up
until [ -e "$SUAN_NOTICE" ]; do sleep 0.05; done; cat "$SUAN_NOTICE"
if (echo "changed" > "$SUAN_NOTICE") 2>/dev/null; then echo written; fi
if (rm "$SUAN_NOTICE") 2>/dev/null; then echo removed; fi
echo told; while [ -e "$SUAN_NOTICE" ]; do sleep 0.05; done; echo gone; exit 4`

/** What a program is told of the end of its lease (rule DLV-034). */
export const NOTICE: readonly ConformanceCase[] = [
  {
    id: 'life.notice',
    title: 'a program reads when it will end once it is time, and no more when that is put off',
    needs: [],
    run: async (bench) => {
      const allocation = await bench.open()
      setNotice(allocation.folder, { ...TAKEN_BACK, kind: 'end' }, monotonicMs() + HOUR_MS)
      const keptApart = bench.driver.isolation !== 'none'
      const script = keptApart ? PROGRAM : PROGRAM.replaceAll(/^if \((echo|rm).*\n/gm, '')
      const handle = await bench.start({ command: ['sh', '-c', script] }, allocation)
      await printed(handle, 'up')
      // 1. It is told at once, whole, and cannot change it where it is kept apart.
      setNotice(allocation.folder, TAKEN_BACK)
      await printed(handle, 'told')
      // 2. The end is put off.
      setNotice(allocation.folder, TAKEN_BACK, monotonicMs() + HOUR_MS)
      const stdout = `up\n${JSON.stringify(TAKEN_BACK)}\ntold\ngone\n`
      alike(await end(handle), { end: 'EXITED', exitCode: 4, stdout })
    },
  },
  {
    id: 'life.notice-due',
    title: 'a program is told at its time with no daemon there, also one that starts later',
    needs: [],
    run: async (bench) => {
      const allocation = await bench.open()
      const script = 'until [ -e "$SUAN_NOTICE" ]; do sleep 0.05; done; cat "$SUAN_NOTICE"'
      const first = await bench.start({ command: ['sh', '-c', `echo up; ${script}`] }, allocation)
      await printed(first, 'up')
      const dueMs = monotonicMs() + 1_000
      setNotice(allocation.folder, TAKEN_BACK, dueMs)
      const text = `${JSON.stringify(TAKEN_BACK)}\n`
      alike(await end(first), { exitCode: 0, stdout: `up\n${text}` })
      ok(monotonicMs() >= dueMs, 'it was told too early')
      alike(await bench.shell(script, allocation), { exitCode: 0, stdout: text })
    },
  },
]
