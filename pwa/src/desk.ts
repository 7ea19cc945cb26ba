import './ui/base.css'
import { createApp } from 'vue'
import App from './desk/App.vue'
import { router } from './desk/router'
import { COMMON_WORDS, createSpeech, type WordSource } from './ui/language'
import { furnish } from './ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/desk.zh-CN.json'),
  en: () => import('./ui/words/desk.en.json'),
}

const app = createApp(App)
furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'desk')
app.use(router)
app.mount('#app')
