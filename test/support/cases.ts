/** How many cases a property tries: its everyday number times SUAN_CASES (10 in `.ci/long`). */
export const FACTOR = Number(process.env['SUAN_CASES'] ?? 1)

export const cases = (everyday: number): number => everyday * FACTOR
