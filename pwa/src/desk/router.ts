import { createRouter, createWebHistory, type Router } from 'vue-router'
import Home from './Home.vue'

/** The screens of the desk, each loaded when it is first opened; `pages.<name>` is a screen's title. */
export function createDeskRouter(): Router {
  return createRouter({
    history: createWebHistory('/desk/'),
    routes: [
      { path: '/', name: 'home', component: Home },
      { path: '/board', name: 'board', component: () => import('./board/BoardPage.vue') },
      { path: '/orders', name: 'orders', component: () => import('./orders/OrdersPage.vue') },
      { path: '/intake', name: 'intake', component: () => import('./intake/IntakePage.vue') },
      { path: '/requests', name: 'requests', component: () => import('./intake/RequestsPage.vue') },
      { path: '/orders/new', redirect: '/intake' }, // kept in bookmarks
      { path: '/orders/:id', name: 'order', component: () => import('./order/OrderPage.vue'), props: true },
      { path: '/decisions', name: 'decisions', component: () => import('./decisions/DecisionsPage.vue') },
      { path: '/reviews', name: 'reviews', component: () => import('./reviews/ReviewsPage.vue') },
      { path: '/held', name: 'held', component: () => import('./held/HeldPage.vue') },
      { path: '/hand-in', name: 'hand_in', component: () => import('./handin/HandInPage.vue') },
      { path: '/messages', name: 'messages', component: () => import('./messages/MessagesPage.vue') },
      { path: '/units', name: 'units', component: () => import('./records/UnitsPage.vue') },
      { path: '/units/:id', name: 'unit', component: () => import('./records/UnitPage.vue'), props: true },
      { path: '/customers', name: 'customers', component: () => import('./records/CustomersPage.vue') },
      { path: '/people', name: 'people', component: () => import('./people/PeoplePage.vue') },
      { path: '/people/:id', name: 'person', component: () => import('./people/PersonPage.vue'), props: true },
      { path: '/catalogue', name: 'catalogue', component: () => import('./records/CataloguePage.vue') },
      { path: '/catalogue/models/:id', name: 'model', component: () => import('./records/ModelPage.vue'), props: true },
      { path: '/tables', name: 'tables', component: () => import('./tables/TablesPage.vue') },
      { path: '/settings', name: 'settings', component: () => import('./settings/SettingsPage.vue') },
      { path: '/company', name: 'company', component: () => import('./records/CompanyPage.vue') },
      { path: '/setup', name: 'setup', component: () => import('./setup/SetupPage.vue') },
      { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/Nowhere.vue') },
    ],
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })
}
