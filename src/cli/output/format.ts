export const FORMATS = ['table', 'wide', 'json', 'yaml', 'csv', 'name', 'jsonl'] as const
export type Format = (typeof FORMATS)[number]

/** Is this a form for people, not for programs? */
export function isForPeople(format: Format): boolean {
  return format === 'table' || format === 'wide'
}
