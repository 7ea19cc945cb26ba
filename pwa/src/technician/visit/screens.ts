/** The visit, from the arrival to the end: one file. */
export { default as VisitStep } from './VisitStep.vue'
export { default as Arrive } from './arrive/Arrive.vue'
export { default as Leave } from './finish/Leave.vue'
export { default as Left } from './finish/Left.vue'
export { default as NotPossible } from './finish/NotPossible.vue'
export { default as Overview } from './finish/Overview.vue'
export { default as PartsNeeded } from './finish/PartsNeeded.vue'
