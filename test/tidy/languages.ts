import type { Files } from './repository.ts'

/** What a page and its translation have in the same order and number, whatever the words. */
interface Skeleton {
  readonly headings: string
  readonly tableRows: number
  readonly listItems: number
  readonly fences: number
}

/**
 * One line for every page under docs/zh that has no English page, is not linked with it in both
 * directions, or is built otherwise: other headings, rows of tables, list items or blocks of code.
 */
export function pageFaults(files: Files): string[] {
  return [...files].flatMap(([path, chinese]) => {
    const name = /^docs\/zh\/([^/]+\.md)$/.exec(path)?.[1]
    if (name === undefined) return []
    const english = files.get(`docs/${name}`)
    if (english === undefined) return [`${path}: there is no docs/${name}`]
    const unlinked = [
      ...(english.includes(`(zh/${name})`) ? [] : [`docs/${name}: does not link its Chinese page`]),
      ...(chinese.includes(`(../${name})`) ? [] : [`${path}: does not link its English page`]),
    ]
    const [here, there] = [skeleton(chinese), skeleton(english)]
    const parts = Object.keys(here) as (keyof Skeleton)[]
    const other = parts.filter((part) => here[part] !== there[part])
    return [
      ...unlinked,
      ...other.map((part) => `${path}: ${part} ${here[part]}, in English ${there[part]}`),
    ]
  })
}

function skeleton(page: string): Skeleton {
  const fences = page.split('\n').filter((line) => line.startsWith('```')).length
  const words = page.replace(/^```.*?^```$/gms, '')
  const count = (pattern: RegExp): number => words.match(pattern)?.length ?? 0
  return {
    headings: (words.match(/^#+ /gm) ?? []).map((marks) => String(marks.length - 1)).join(' '),
    tableRows: count(/^\|/gm),
    listItems: count(/^(?:-|\d+\.) /gm),
    fences,
  }
}
