import { ElDatePicker } from 'element-plus'
import { afterEach, describe, expect, test } from 'vitest'
import { createApp, h, nextTick, ref } from 'vue'
import DayPicker from '@/desk/forms/DayPicker.vue'
import { COMMON_WORDS, createSpeech } from '@/ui/language'
import { furnish } from '@/ui/page'

let close = (): void => undefined
afterEach(() => close())

async function opened(language: 'zh-CN' | 'en', day: string): Promise<{ input: HTMLInputElement; chosen: { value: string } }> {
  const chosen = ref(day)
  const page = document.body.appendChild(document.createElement('div'))
  const app = createApp({ render: () => h(DayPicker, { label: 'day', modelValue: chosen.value, 'onUpdate:modelValue': (to: string) => (chosen.value = to) }) })
  const speech = await createSpeech([COMMON_WORDS])
  await speech.speak(language)
  furnish(app, speech, 'desk')
  app.component('ElDatePicker', ElDatePicker).mount(page)
  close = () => {
    app.unmount()
    page.remove()
  }
  await nextTick()
  return { input: page.querySelector('input') as HTMLInputElement, chosen }
}

describe('a day in a form', () => {
  test.each([['en', '3 Sept 2026'], ['zh-CN', '2026年9月3日']] as const)('reads in %s as days do everywhere', async (language, words) => {
    const { input } = await opened(language, '2026-09-03')
    expect(input.value).toBe(words)
  })

  test('is typed as figures, whatever it reads as', async () => {
    const { input, chosen } = await opened('en', '2026-09-03')
    input.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true }))
    await nextTick()
    expect(input.value).toBe('2026-09-03')
    input.value = '2026-12-24'
    input.dispatchEvent(new Event('input', { bubbles: true }))
    await nextTick()
    input.dispatchEvent(new Event('change', { bubbles: true }))
    await nextTick()
    expect(chosen.value).toBe('2026-12-24')
    expect(input.value).toBe('24 Dec 2026')
  })
})
