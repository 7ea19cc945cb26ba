import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import Today from './today/Today.vue'
import { isStep } from './visit/steps'

/** The screens of this entrance; every one but the first is loaded when it is opened. */
const ROUTES: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: Today },
  { path: '/outbox', name: 'outbox', component: () => import('./outbox/Outbox.vue') },
  { path: '/me', name: 'me', component: () => import('./me/Me.vue') },
  { path: '/order/:order', name: 'order', component: () => import('./order/OrderPage.vue'), props: true },
  { path: '/order/:order/history', name: 'history', component: () => import('./order/HistoryPage.vue'), props: true },
  { path: '/order/:order/arrive', name: 'arrive', component: () => import('./visit/arrive/Arrive.vue'), props: true },
  { path: '/visit/:visit', name: 'visit', component: () => import('./visit/finish/Overview.vue'), props: true },
  { path: '/visit/:visit/parts-needed', name: 'parts_needed', component: () => import('./visit/finish/PartsNeeded.vue'), props: true },
  { path: '/visit/:visit/not-possible', name: 'not_possible', component: () => import('./visit/finish/NotPossible.vue'), props: true },
  { path: '/visit/:visit/leave', name: 'leave', component: () => import('./visit/finish/Leave.vue'), props: true },
  { path: '/visit/:visit/left', name: 'left', component: () => import('./visit/finish/Left.vue'), props: true },
  {
    path: '/visit/:visit/:step',
    name: 'step',
    component: () => import('./visit/VisitStep.vue'),
    props: true,
    beforeEnter: (to) => isStep(String(to.params['step'])) || { name: 'visit', params: { visit: to.params['visit'] } },
  },
  { path: '/report/:report', name: 'report', component: () => import('./customer/ReportScreen.vue'), props: true },
  { path: '/report/:report/rate', name: 'rate', component: () => import('./customer/Rate.vue'), props: true },
  { path: '/report/:report/sign', name: 'sign', component: () => import('./customer/Sign.vue'), props: true },
  { path: '/report/:report/signed', name: 'signed', component: () => import('./customer/Signed.vue'), props: true },
  { path: '/report/:report/dispute', name: 'dispute', component: () => import('./customer/Dispute.vue'), props: true },
  { path: '/report/:report/unsigned', name: 'unsigned', component: () => import('./customer/Unsigned.vue'), props: true },
  { path: '/:rest(.*)*', redirect: { name: 'today' } },
]

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: ROUTES,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
