export interface CodeText {
  /** HTTP status of the problem document */
  readonly http: number
  /** may the same command succeed later without a change by the sender? */
  readonly transient: boolean
  /** rule id in docs/rulebook */
  readonly rule: string
  readonly en: string
  readonly zh: string
}
/** One line of the table. */
export const code = (
  http: number,
  transient: boolean,
  rule: string,
  en: string,
  zh: string,
): CodeText => ({
  http,
  transient,
  rule,
  en,
  zh,
})
