/** A program that watches cards where there is no `nvidia-smi`, stops, and says that it lives on. */
import { setTimeout as sleep } from 'node:timers/promises'
import { GpuWatch } from './gpu-watch.ts'

const early = new GpuWatch('/no/such/program')
early.close()
const late = new GpuWatch('/no/such/program')
await sleep(100)
late.close()
await sleep(100)
console.log('alive')
