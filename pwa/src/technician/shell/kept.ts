/** The app kept on the phone for starts without a network: registered once a page, whichever screen it was opened at. */
import { shallowRef } from 'vue'
import { registerApp, type AppUpdate } from '@/ui/update'

/** Nothing before the app is registered, and in a browser that cannot keep it. */
export const kept = shallowRef<AppUpdate>()
let registering: Promise<void> | undefined

async function register(): Promise<void> {
  try {
    kept.value = await registerApp()
  } catch (problem) {
    console.warn('the app cannot be kept for offline starts here', problem)
    registering = undefined // the next screen that asks tries again
  }
}

export function keepApp(): Promise<void> {
  return (registering ??= register())
}
