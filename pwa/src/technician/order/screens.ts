/** The order and what was done before: one file. */
export { default as HistoryPage } from './HistoryPage.vue'
export { default as OrderPage } from './OrderPage.vue'
