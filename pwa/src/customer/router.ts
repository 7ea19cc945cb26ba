import { createRouter, createWebHistory } from 'vue-router'
import Home from './Home.vue'

/** The screens of this entrance; every one but the first is loaded when it is opened. */
export const router = createRouter({
  history: createWebHistory('/c/'),
  routes: [{ path: '/:rest(.*)*', name: 'home', component: Home }],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
