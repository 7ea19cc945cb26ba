import './ui/base.css'
import './technician/technician.css'
import { createApp } from 'vue'
import App from './technician/App.vue'
import { router } from './technician/router'
import { listenForInstall } from './technician/shell/install'
import { COMMON_WORDS, createSpeech, type WordSource } from './ui/language'
import { furnish } from './ui/page'

const WORDS: WordSource = {
  'zh-CN': () => import('./ui/words/technician.zh-CN.json'),
  en: () => import('./ui/words/technician.en.json'),
}

listenForInstall()
const app = createApp(App)
furnish(app, await createSpeech([COMMON_WORDS, WORDS]), 'phone')
app.use(router)
app.mount('#app')
