/** What the processor says of itself. */
export interface CpuFacts {
  readonly model: string
  /** x86-64-v1 … v4 by the psABI levels; the architecture's name on other processors */
  readonly isaLevel: string
  readonly virtual: boolean
}

/** Flags each level adds, as /proc/cpuinfo names them (x86-64 psABI, "micro-architecture levels"). */
const LEVELS: readonly (readonly [string, readonly string[]])[] = [
  ['x86-64-v2', ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3']],
  ['x86-64-v3', ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave']],
  ['x86-64-v4', ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']],
]

/** Reads the text of /proc/cpuinfo; `architecture` and `fallbackModel` are what the runtime knows. */
export function parseCpu(text: string, architecture: string, fallbackModel: string): CpuFacts {
  const flags = new Set(field(text, 'flags')?.split(/\s+/) ?? field(text, 'Features')?.split(/\s+/))
  return {
    model: field(text, 'model name') ?? fallbackModel,
    isaLevel: architecture === 'x64' ? x86Level(flags) : architecture,
    virtual: flags.has('hypervisor'),
  }
}

function x86Level(flags: ReadonlySet<string>): string {
  let level = 'x86-64-v1'
  for (const [name, needed] of LEVELS) {
    if (!needed.every((flag) => flags.has(flag))) break
    level = name
  }
  return level
}

function field(text: string, name: string): string | null {
  const line = text.split('\n').find((candidate) => candidate.split(':')[0]?.trim() === name)
  return line === undefined ? null : line.slice(line.indexOf(':') + 1).trim()
}
