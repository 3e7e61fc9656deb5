import { nodeHost } from './host.ts'
import { suan } from './suan.ts'

// A reader that closes the pipe (`suan ps | head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await suan(process.argv.slice(2), nodeHost())
