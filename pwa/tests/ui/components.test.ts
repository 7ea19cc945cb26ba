import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, test } from 'vitest'
import { createApp, defineComponent, h } from 'vue'
import ErrorState from '@/ui/components/ErrorState.vue'
import LanguageSwitch from '@/ui/components/LanguageSwitch.vue'
import OfflineBanner from '@/ui/components/OfflineBanner.vue'
import StatusTag from '@/ui/components/StatusTag.vue'
import TruthStrip from '@/ui/components/TruthStrip.vue'
import { chosenLanguage, COMMON_WORDS, createSpeech } from '@/ui/language'
import { furnish } from '@/ui/page'
import { applyTheme, chooseTheme } from '@/ui/theme'

beforeEach(() => {
  localStorage.clear()
})

describe('the truth strip', () => {
  test('says with words and numbers where the work is', async () => {
    const { i18n } = await createSpeech([COMMON_WORDS])
    const strip = mount(TruthStrip, { props: { onPhone: 3, sending: 1, onServer: 12 }, global: { plugins: [i18n] } })
    expect(strip.text().replace(/\s+/g, ' ')).toMatch(/^3 ?On this phone ?1 ?Sending ?12 ?On server/)
    expect(strip.findAll('.truth__place--live')).toHaveLength(2)
  })

  test('opens the outbox when tapped', async () => {
    const { i18n } = await createSpeech([COMMON_WORDS])
    const strip = mount(TruthStrip, { props: { onPhone: 0, sending: 0, onServer: 0 }, global: { plugins: [i18n] } })
    await strip.trigger('click')
    expect(strip.emitted('open')).toHaveLength(1)
  })

  test('says that a log-in is needed and that nothing is lost', async () => {
    const { i18n } = await createSpeech([COMMON_WORDS])
    const props = { onPhone: 2, sending: 0, onServer: 0, stopped: 'log_in' as const }
    const strip = mount(TruthStrip, { props, global: { plugins: [i18n] } })
    expect(strip.text()).toContain('still on this phone')
    expect(strip.classes()).toContain('truth--person')
  })
})

test('a state is a word with a mark, not a colour alone', () => {
  const tag = mount(StatusTag, { props: { mood: 'waiting', label: '待料' } })
  expect(tag.text()).toBe('待料')
  expect(tag.find('svg').exists()).toBe(true)
})

test('an error offers to try again and names its code', async () => {
  const { i18n } = await createSpeech([COMMON_WORDS])
  const state = mount(ErrorState, { props: { code: 'E1042', retry: true }, global: { plugins: [i18n] } })
  expect(state.text()).toContain('E1042')
  await state.find('button').trigger('click')
  expect(state.emitted('retry')).toHaveLength(1)
})

test('the offline banner says that work goes on', async () => {
  const { i18n } = await createSpeech([COMMON_WORDS])
  expect(mount(OfflineBanner, { global: { plugins: [i18n] } }).text()).toContain('kept on this device')
})

describe('the language', () => {
  test('comes from the browser until the person chooses', () => {
    expect(chosenLanguage(['de-DE', 'en-GB'])).toBe('en')
    expect(chosenLanguage(['zh-TW'])).toBe('zh-CN')
    expect(chosenLanguage(['fr'])).toBe('zh-CN')
  })

  test('changes at a tap, and the choice stays', async () => {
    const host = document.createElement('div')
    const app = createApp(defineComponent({ render: () => h(LanguageSwitch) }))
    furnish(app, await createSpeech([COMMON_WORDS]), 'phone')
    app.mount(host)
    host.querySelector<HTMLButtonElement>('[lang="zh-CN"]')?.click()
    await expect.poll(() => document.documentElement.lang).toBe('zh-CN')
    await expect.poll(() => chosenLanguage(['en'])).toBe('zh-CN')
    app.unmount()
  })
})

test('a chosen theme comes back at the next start', () => {
  chooseTheme('outdoor')
  delete document.documentElement.dataset['theme']
  applyTheme()
  expect(document.documentElement.dataset['theme']).toBe('outdoor')
})
