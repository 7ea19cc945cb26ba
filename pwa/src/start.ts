import './ui/base.css'
import { createApp } from 'vue'
import App from './start/App.vue'
import { COMMON_WORDS, createSpeech, type WordSource } from './ui/language'
import { furnish } from './ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/start.zh-CN.json'),
  en: () => import('./ui/words/start.en.json'),
}

const app = createApp(App)
furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'phone')
app.mount('#app')
