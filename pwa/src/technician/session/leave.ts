import type { InjectionKey } from 'vue'

/** Ends the work of this person in this app; called when they have logged out. */
export const LEAVE: InjectionKey<() => void> = Symbol('leave the app')
