import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let asked: string[]
let refuse: boolean

beforeEach(() => {
  asked = []
  refuse = false
  vi.resetModules() // a page of its own for each
  vi.useFakeTimers() // the hourly look
  const register = (script: string): Promise<object> => {
    asked.push(script)
    return refuse ? Promise.reject(new TypeError('the script could not be fetched')) : Promise.resolve(new EventTarget())
  }
  vi.stubGlobal('navigator', { serviceWorker: Object.assign(new EventTarget(), { controller: null, register }) })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('the app is registered once, whichever screens ask for it', async () => {
  const { keepApp, kept } = await import('@/technician/shell/kept')
  await Promise.all([keepApp(), keepApp()])
  await keepApp()
  expect(asked).toEqual(['/sw.js'])
  expect(kept.value).toBeDefined()
})

test('the next screen tries again when the app could not be fetched', async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  const { keepApp, kept } = await import('@/technician/shell/kept')
  refuse = true
  await keepApp()
  expect(kept.value).toBeUndefined()
  refuse = false
  await keepApp()
  expect(asked).toHaveLength(2)
  expect(kept.value).toBeDefined()
})
