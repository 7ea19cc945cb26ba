/** What this browser can do for field work: be installed, keep its data, start without a network. */
import { readonly, ref, type Ref } from 'vue'

export type InstallWay = 'installed' | 'prompt' | 'ios' | 'wechat' | 'insecure' | 'menu'

interface InstallPrompt extends Event {
  prompt: () => Promise<void>
}

const offered = ref<InstallPrompt>()

/** Listens from the start: the browser offers once, and early. */
export function listenForInstall(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    offered.value = event as InstallPrompt
  })
  window.addEventListener('appinstalled', () => (offered.value = undefined))
}

function standsAlone(): boolean {
  return matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true
}

/** How to make this page an app on this phone. */
export function installWay(agent: string, alone: boolean, secure: boolean, prompt: boolean): InstallWay {
  if (alone) return 'installed'
  if (agent.includes('MicroMessenger')) return 'wechat'
  if (!secure) return 'insecure'
  if (prompt) return 'prompt'
  return /iPhone|iPad/.test(agent) ? 'ios' : 'menu'
}

export function useInstall(): { way: () => InstallWay; install: () => Promise<void> } {
  return {
    way: () => installWay(navigator.userAgent, standsAlone(), window.isSecureContext, offered.value !== undefined),
    install: async () => {
      await offered.value?.prompt()
      offered.value = undefined
    },
  }
}

/**
 * Asks the browser to keep the work through hard times. The answer is shown and never relied on.
 *
 * @returns nothing while the browser thinks about it, or where it can't be asked.
 */
export function askToKeep(): Readonly<Ref<boolean | undefined>> {
  const kept = ref<boolean>()
  if ('storage' in navigator && 'persist' in navigator.storage)
    navigator.storage
      .persist()
      .then((answer) => (kept.value = answer))
      .catch((error: unknown) => console.warn('the browser could not be asked to keep the data', error))
  return readonly(kept)
}
