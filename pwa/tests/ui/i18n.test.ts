/* eslint-disable vue/one-component-per-file */
import { mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { describe, expect, test } from 'vitest'
import { Dictionary, provideWords, useI18n } from '@/ui/i18n'

function dictionary(locale: string, ...sources: Parameters<Dictionary['speak']>[1]): Dictionary {
  const made = new Dictionary()
  made.speak(locale, sources)
  return made
}

const Greeting = defineComponent({ setup: () => ({ ...useI18n() }), render() { return h('p', this.t('hello', { name: 'Wang' })) } })

describe('words', () => {
  test('are found by their path, and a later source adds to an earlier one', () => {
    const { t } = dictionary('en', { today: { title: 'Today' } }, { today: { empty: 'Nothing' } })
    expect([t('today.title'), t('today.empty')]).toEqual(['Today', 'Nothing'])
  })

  test('have their gaps filled, each time they stand', () => {
    const { t } = dictionary('en', { count: '{n} of {of}, {n} done' })
    expect(t('count', { n: 0, of: 8 })).toBe('0 of 8, 0 done')
  })

  test('that are missing show their key, and can be asked for first', () => {
    const { t, te } = dictionary('en', { a: 'x' })
    expect([t('b'), te('b'), te('a')]).toEqual(['b', false, true])
  })

  test('change on the page with the language', async () => {
    const words = dictionary('en', { hello: 'Hello {name}' })
    const page = mount(Greeting, { global: { plugins: [words] } })
    expect(page.text()).toBe('Hello Wang')
    words.speak('zh-CN', [{ hello: '你好 {name}' }])
    await page.vm.$nextTick()
    expect([page.text(), words.locale.value]).toEqual(['你好 Wang', 'zh-CN'])
  })

  test('of a part of the page may be in another language', () => {
    const chinese = dictionary('zh-CN', { hello: '你好 {name}' })
    const Part = defineComponent({ setup: () => { provideWords(chinese); return () => h(Greeting) } })
    const page = mount(defineComponent({ render: () => [h(Greeting), h(Part)] }), { global: { plugins: [dictionary('en', { hello: 'Hello {name}' })] } })
    expect(page.text()).toBe('Hello Wang你好 Wang')
  })
})
