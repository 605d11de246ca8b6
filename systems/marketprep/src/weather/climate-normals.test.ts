import { expect, test } from 'vitest'
import { climateNormals } from './climate-normals.ts'

const day = (temperatureMaxC: number, precipitationMm: number, code: number) => ({
  day: '2025-06-13',
  temperatureMaxC,
  precipitationMm,
  code,
})

test('climateNormals: the mean temperature, and the rain and the sky of the middle day', () => {
  const near = [day(20, 0, 1), day(22.2, 0, 2), day(18, 30, 63)]
  expect(climateNormals(near, '2026-06-13')).toEqual({
    day: '2026-06-13',
    temperatureMaxC: 20.1,
    precipitationMm: 0,
    code: 2,
  })
})

test('climateNormals: there are none without days', () => {
  expect(climateNormals([], '2026-06-13')).toBeUndefined()
})
