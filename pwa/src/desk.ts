import './ui/base.css'
import './desk/desk.css'
import { createApp } from 'vue'
import App from './desk/App.vue'
import { createDeskRouter } from './desk/router'
import { createDesk, provideDesk } from './desk/session'
import { COMMON_WORDS, createSpeech, type WordSource } from './ui/language'
import { furnish } from './ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/desk.zh-CN.json'),
  en: () => import('./ui/words/desk.en.json'),
}

const app = createApp(App)
const region = furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'desk')
provideDesk(app, createDesk(() => document.documentElement.lang, region))
app.use(createDeskRouter())
app.mount('#app')
