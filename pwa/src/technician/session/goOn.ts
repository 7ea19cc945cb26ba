import type { InjectionKey } from 'vue'

/** What a start does once its first screen is drawn, and not before; called by that screen. */
export const GO_ON: InjectionKey<() => void> = Symbol('the first screen is drawn')
