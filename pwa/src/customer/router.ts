import { createRouter, createWebHistory } from 'vue-router'
import CasePage from './CasePage.vue'
import FaultPage from './FaultPage.vue'
import Home from './Home.vue'
import OwnPage from './OwnPage.vue'
import ReportPage from './ReportPage.vue'
import VerifyPage from './VerifyPage.vue'

/** The screens of this entrance: few and small, so they come in one piece. */
export const router = createRouter({
  history: createWebHistory('/c/'),
  routes: [
    { path: '/verify', name: 'verify', component: VerifyPage },
    { path: '/mine', name: 'own', component: OwnPage },
    { path: '/new', name: 'fault', component: FaultPage },
    { path: '/u/:label', name: 'label', component: FaultPage, props: true },
    { path: '/r/:token', name: 'case', component: CasePage, props: true },
    { path: '/:token([^/]+)', name: 'report', component: ReportPage, props: true },
    { path: '/:rest(.*)*', name: 'home', component: Home },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
