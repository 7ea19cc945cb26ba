import { expect, test } from 'vitest'
import { gcj02ToBd09, isInChina, toGcj02 } from '@/rules/position'

const near = ({ lat, lng }: { lat: number; lng: number }): [number, number] => [Number(lng.toFixed(8)), Number(lat.toFixed(8))]

test('positions shift as the figures that others publish for Tian’anmen say', () => {
  expect(near(toGcj02({ lng: 116.404, lat: 39.915 }))).toEqual([116.4102445, 39.91640428])
  expect(near(gcj02ToBd09({ lng: 116.404, lat: 39.915 }))).toEqual([116.41036949, 39.92133699])
})

test('nothing shifts abroad, also where a box around China would say so', () => {
  const abroad = { seoul: [37.5665, 126.978], taipei: [25.033, 121.565], hanoi: [21.028, 105.854], delhi: [28.614, 77.209], vladivostok: [43.115, 131.885], bangkok: [13.756, 100.502], ulaanbaatar: [47.918, 106.917] }
  for (const [lat, lng] of Object.values(abroad) as [number, number][]) {
    expect(isInChina({ lat, lng })).toBe(false)
    expect(toGcj02({ lat, lng })).toEqual({ lat, lng })
  }
  const home = { urumqi: [43.825, 87.617], harbin: [45.803, 126.535], sanya: [18.253, 109.512], lhasa: [29.652, 91.172], shanghai: [31.23, 121.474], kunming: [25.038, 102.718] }
  for (const [lat, lng] of Object.values(home) as [number, number][]) expect(isInChina({ lat, lng })).toBe(true)
})
