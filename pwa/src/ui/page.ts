import { computed, inject, onScopeDispose, provide, type App, type ComputedRef, type InjectionKey, type Ref, ref } from 'vue'
import { provideWords, useI18n } from '@/ui/i18n'
import { formatsOf, type Formats } from './format'
import type { Apart, Language, Speech } from './language'
import { applyDensity, applyTheme } from './theme'

/** What the company decides for everybody: its zone and its currency. */
export interface CompanyRegion {
  zone: string
  currency: string
}

const REGION: InjectionKey<Ref<CompanyRegion>> = Symbol('the company’s region')
const SPEECH: InjectionKey<Speech> = Symbol('switch the language')

/** The same steps for every entrance: theme, density, words, the company's region. */
export function furnish(app: App, speech: Speech, density: 'phone' | 'desk'): Ref<CompanyRegion> {
  applyTheme()
  applyDensity(density)
  const region = ref<CompanyRegion>({ zone: 'Asia/Shanghai', currency: 'CNY' })
  app.use(speech.i18n)
  app.provide(REGION, region)
  app.provide(SPEECH, speech)
  return region
}

/** The company's zone and currency; whoever learns them from the server sets them. */
export function useRegion(): Ref<CompanyRegion> {
  const region = inject(REGION)
  if (region === undefined) throw new Error('the page was not furnished')
  return region
}

/** The formats of the person who reads the page; they follow a change of language or company settings. */
export function useFormats(): ComputedRef<Formats> {
  const region = useRegion()
  const { locale } = useI18n()
  return computed(() => formatsOf({ locale: locale.value, ...region.value }))
}

/** The language shown, and how to change it. */
export function useLanguage(): { language: ComputedRef<Language> } & Pick<Speech, 'speak' | 'suggest' | 'also'> {
  const speech = inject(SPEECH)
  if (speech === undefined) throw new Error('the page was not furnished')
  const { locale } = useI18n()
  return { language: computed(() => locale.value as Language), speak: speech.speak, suggest: speech.suggest, also: speech.also }
}

/**
 * Whoever reads what is within the calling component is somebody else: it speaks their language, and a switch in it
 * changes neither the page around it nor what is remembered. The page is its owner's again when the component goes.
 */
export function provideReader(): Apart['speak'] {
  const speech = inject(SPEECH)
  if (speech === undefined) throw new Error('the page was not furnished')
  const apart = speech.apart()
  provideWords(apart.i18n)
  provide(SPEECH, { ...speech, speak: apart.speak, suggest: apart.speak as Speech['suggest'] })
  onScopeDispose(apart.end)
  return apart.speak
}
