/** After a refusal the first field that is wrong gets the focus, so that nobody has to look for it. */
import { nextTick, watch, type Ref } from 'vue'
import type { Submission } from './submission'

export function useFirstWrong(form: Readonly<Ref<HTMLElement | null>>, { problem }: Submission): void {
  watch(problem, async (now) => {
    if (now === null) return
    await nextTick()
    form.value?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  })
}
