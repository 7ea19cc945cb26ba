/** What the customer sees on this phone: one file. */
export { default as Dispute } from './Dispute.vue'
export { default as HandedOver } from './HandedOver.vue'
export { default as Rate } from './Rate.vue'
export { default as ReportScreen } from './ReportScreen.vue'
export { default as Sign } from './Sign.vue'
export { default as Signed } from './Signed.vue'
export { default as Unsigned } from './Unsigned.vue'
