import './ui/base.css'
import './technician/technician.css'
import { createApp } from 'vue'
import App from './technician/App.vue'
import { router } from './technician/router'
import { usable } from './technician/session/enter'
import { openWork } from './technician/session/work'
import { listenForInstall } from './technician/shell/install'
import { remembered } from './protocol/session'
import { COMMON_WORDS, createSpeech, type WordSource } from './ui/language'
import { furnish } from './ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/technician.zh-CN.json'),
  en: () => import('./ui/words/technician.en.json'),
}

/** What is said after the first screen: `technician` holds what the log-in and today's list say, and nothing else. */
const LATER_WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/visit.zh-CN.json'),
  en: () => import('./ui/words/visit.en.json'),
}

if (window.frameElement?.hasAttribute('data-signal') === true)
  (await import('./technician/shell/demoSignal')).obeySwitch(window.frameElement)

const speech = createSpeech([COMMON_WORDS, WORDS])
const person = usable(remembered())
const known = person === undefined ? undefined : openWork(person) // the databases open while the words are on their way
known?.catch(() => undefined) // told by the app, which waits for it

listenForInstall()
const app = createApp(App, { known })
const spoken = await speech
furnish(app, spoken, 'phone')
router.beforeResolve(async ({ name }) => {
  if (name !== 'today') await spoken.also(LATER_WORDS)
})
app.use(router)
app.mount('#app')
