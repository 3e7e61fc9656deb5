/** Temperature, power and memory errors, where the machine has sensors for them. */
import type { SystemFiles } from './system-files.ts'

const EDAC = 'sys/devices/system/edac/mc'

/** Degrees Celsius of the hottest sensor; NaN without any. */
export function hottest(files: SystemFiles): number {
  const zones = files.names('sys/class/thermal').filter((name) => name.startsWith('thermal_zone'))
  const monitors = files.names('sys/class/hwmon').flatMap((chip) =>
    files
      .names(`sys/class/hwmon/${chip}`)
      .filter((name) => /^temp\d+_input$/.test(name))
      .map((name) => `sys/class/hwmon/${chip}/${name}`),
  )
  const paths = [...zones.map((zone) => `sys/class/thermal/${zone}/temp`), ...monitors]
  const milli = paths.map((path) => files.number(path)).filter((value) => !Number.isNaN(value))
  return milli.length === 0 ? Number.NaN : Math.max(...milli) / 1_000
}

/** Microjoules that the processor packages have used; NaN where it is not told (RAPL, as root). */
export function packageEnergyUj(files: SystemFiles): number {
  const packages = files
    .names('sys/class/powercap')
    .filter((name) => /^[a-z-]+-rapl:\d+$/.test(name))
  if (packages.length === 0) return Number.NaN
  return packages.reduce(
    (sum, name) => sum + files.number(`sys/class/powercap/${name}/energy_uj`),
    0,
  )
}

/** Memory errors, corrected or not, since the start; NaN where nobody counts them. */
export function memoryErrors(files: SystemFiles): number {
  const controllers = files.names(EDAC).filter((name) => /^mc\d+$/.test(name))
  if (controllers.length === 0) return Number.NaN
  return controllers.reduce(
    (sum, name) =>
      sum + files.number(`${EDAC}/${name}/ce_count`) + files.number(`${EDAC}/${name}/ue_count`),
    0,
  )
}
