/** The little of XML that S3 answers with: elements with text in them, by name. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

/** Inner text of every element of that name, not decoded: it may have elements in it. */
export function elements(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g')
  return [...xml.matchAll(pattern)].map((match) => match[1] ?? '')
}

/** Text of the first element of that name, '' when there is none. */
export function textOf(xml: string, name: string): string {
  const [inner = ''] = elements(xml, name)
  return inner
    .replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/&#(x?)([0-9a-fA-F]{1,6});/g, (_, hex: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, hex === '' ? 10 : 16)),
    )
}
