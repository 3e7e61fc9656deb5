/** JSON values as YAML. Every text that YAML could read as something else is quoted as in JSON. */
export function yamlOf(value: unknown): string {
  return `${lines(value).join('\n')}\n`
}

const PLAIN = /^[A-Za-z_/.][\w/.:@+-]*[\w/]$|^[A-Za-z_]$/
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i

function lines(value: unknown): string[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item) => {
      const [first = '', ...rest] = lines(item)
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)]
    })
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([key, item]) => {
      const inner = lines(item)
      const isNested = (Array.isArray(item) && item.length > 0) || isMap(item)
      const name = scalar(key)
      return isNested ? [`${name}:`, ...inner.map((line) => `  ${line}`)] : [`${name}: ${inner[0]}`]
    })
  }
  return [scalar(value)]
}

function isMap(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && Object.keys(value).length > 0
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null)
  const isPlain = PLAIN.test(value) && !WORDS.test(value) && !value.includes(': ')
  return isPlain ? value : JSON.stringify(value)
}
