import type { Component } from 'vue'
import { createRouter, createWebHistory, START_LOCATION, type RouteRecordRaw } from 'vue-router'
import Today from './today/Today.vue'
import { isStep } from './visit/names'

/** Screens that are opened one after the other come in one file: each file is a request, and a walk through the service worker. */
const order = (): Promise<typeof import('./order/screens')> => import('./order/screens')
const visit = (): Promise<typeof import('./visit/screens')> => import('./visit/screens')
const customer = (): Promise<typeof import('./customer/screens')> => import('./customer/screens')

function screen<S extends Record<K, Component>, K extends string>(chapter: () => Promise<S>, name: K): () => Promise<Component> {
  return async () => (await chapter())[name]
}

/** The screens of this entrance; every one but the first is loaded when its chapter is opened. */
const ROUTES: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: Today },
  { path: '/outbox', name: 'outbox', component: () => import('./outbox/Outbox.vue') },
  { path: '/ready', name: 'ready', component: () => import('./ready/Ready.vue') },
  { path: '/me', name: 'me', component: () => import('./me/Me.vue') },
  { path: '/order/:order', name: 'order', component: screen(order, 'OrderPage'), props: true },
  { path: '/order/:order/history', name: 'history', component: screen(order, 'HistoryPage'), props: true },
  { path: '/order/:order/helpers', name: 'helpers', component: () => import('./order/HelpersPage.vue'), props: true },
  { path: '/order/:order/machine', name: 'machine', component: () => import('./order/MachinePage.vue'), props: true },
  { path: '/order/:order/arrive', name: 'arrive', component: screen(visit, 'Arrive'), props: true },
  { path: '/visit/:visit', name: 'visit', component: screen(visit, 'Overview'), props: true },
  { path: '/visit/:visit/parts-needed', name: 'parts_needed', component: screen(visit, 'PartsNeeded'), props: true },
  { path: '/visit/:visit/not-possible', name: 'not_possible', component: screen(visit, 'NotPossible'), props: true },
  { path: '/visit/:visit/help', name: 'help', component: screen(visit, 'AskHelp'), props: ({ params, query }) => ({ ...params, ...(typeof query['again'] === 'string' ? { again: query['again'] } : {}) }) },
  { path: '/visit/:visit/support/:asked', name: 'support', component: screen(visit, 'ConfirmSupport'), props: true },
  { path: '/visit/:visit/to-bench', name: 'bench', component: screen(visit, 'ToBench'), props: true },
  { path: '/visit/:visit/found', name: 'finding', component: screen(visit, 'Finding'), props: true },
  { path: '/visit/:visit/serial', name: 'read_serial', component: screen(visit, 'ReadSerial'), props: true },
  { path: '/visit/:visit/leave', name: 'leave', component: screen(visit, 'Leave'), props: true },
  { path: '/visit/:visit/left', name: 'left', component: screen(visit, 'Left'), props: true },
  {
    path: '/visit/:visit/:step',
    name: 'step',
    component: screen(visit, 'VisitStep'),
    props: true,
    beforeEnter: (to) => isStep(String(to.params['step'])) || { name: 'visit', params: { visit: to.params['visit'] } },
  },
  {
    path: '/report/:report',
    component: screen(customer, 'HandedOver'),
    props: true,
    children: [
      { path: '', name: 'report', component: screen(customer, 'ReportScreen'), props: true },
      { path: 'rate', name: 'rate', component: screen(customer, 'Rate'), props: true },
      { path: 'sign', name: 'sign', component: screen(customer, 'Sign'), props: true },
      { path: 'signed', name: 'signed', component: screen(customer, 'Signed'), props: true },
      { path: 'own', name: 'own', component: screen(customer, 'ShareLink'), props: (to) => ({ ...to.params, purpose: 'sign_report' }) },
      { path: 'copy', name: 'copy', component: screen(customer, 'ShareLink'), props: (to) => ({ ...to.params, purpose: 'read_report' }) },
      { path: 'dispute', name: 'dispute', component: screen(customer, 'Dispute'), props: true },
    ],
  },
  { path: '/report/:report/stamped', name: 'stamped', component: screen(customer, 'Stamped'), props: true },
  { path: '/report/:report/unsigned', name: 'unsigned', component: screen(customer, 'Unsigned'), props: true },
  { path: '/:rest(.*)*', redirect: { name: 'today' } },
]

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: ROUTES,
  // A new page is at its top already; to say so costs a layout before the first frame.
  scrollBehavior: (_to, from, saved) => saved ?? (from === START_LOCATION ? false : { top: 0 }),
})
