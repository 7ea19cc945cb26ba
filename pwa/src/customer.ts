import './ui/base.css'
import { createApp } from 'vue'
import App from './customer/App.vue'
import { router } from './customer/router'
import { COMMON_WORDS, createSpeech, type WordSource } from './ui/language'
import { furnish } from './ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/customer.zh-CN.json'),
  en: () => import('./ui/words/customer.en.json'),
}

const app = createApp(App)
furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'phone')
app.use(router)
app.mount('#app')
