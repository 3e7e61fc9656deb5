import { describe, expect, test } from 'vitest'
import { fill, parseSeries, split } from './series-file.ts'

describe('recorded clusters', () => {
  test('Helios counts cards, Philly machines', () => {
    const helios =
      'time,total_job_num,total_gpu_num,running_gpu_num,gpu_utilization\n2020,7,208,162,0.779\n'
    expect(parseSeries(helios)).toEqual([{ total: 208, used: 162 }])
    const philly = 'time,active,total\n2017-10-03 00:00:00,312,420\n2017-10-03 00:01:00,430,420\n'
    expect(parseSeries(philly)).toEqual([
      { total: 420, used: 312 },
      { total: 420, used: 420 },
    ])
  })

  test('lines that are none are left out, and other files are not taken', () => {
    expect(parseSeries('time,active,total\nx,y,z\n,,\n')).toEqual([])
    expect(parseSeries('a,b\n1,2\n')).toBeNull()
    expect(parseSeries('')).toBeNull()
  })

  test('units are split into nodes, and what is in use fills one after the other', () => {
    expect(split(208, 12).reduce((sum, one) => sum + one, 0)).toBe(208)
    expect(split(3, 12)).toEqual([1, 1, 1])
    expect(fill(10, [4, 4, 4])).toEqual([4, 4, 2])
    expect(fill(0, [4, 4])).toEqual([0, 0])
  })
})
