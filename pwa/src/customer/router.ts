import { createRouter, createWebHistory } from 'vue-router'
import Home from './Home.vue'
import ReportPage from './ReportPage.vue'
import VerifyPage from './VerifyPage.vue'

/** The screens of this entrance: few and small, so they come in one piece. */
export const router = createRouter({
  history: createWebHistory('/c/'),
  routes: [
    { path: '/verify', name: 'verify', component: VerifyPage },
    { path: '/:token([^/]+)', name: 'report', component: ReportPage, props: true },
    { path: '/:rest(.*)*', name: 'home', component: Home },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
