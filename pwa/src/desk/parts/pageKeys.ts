/** Keys of the whole page: nobody has to click into it first. */
import { onBeforeUnmount, onMounted } from 'vue'

/** Whether a key belongs to a field or a dialog. */
export const isTyping = (event: KeyboardEvent): boolean => (event.target as HTMLElement).closest('input, textarea, select, [role="combobox"], .el-dialog') !== null

/**
 * @param press what a key does; false: nothing.
 * @param busy whether keys belong to something else now, a dialog say.
 */
export function usePageKeys(press: (key: string) => boolean, busy: () => boolean): void {
  function key(event: KeyboardEvent): void {
    if (isTyping(event) || busy() || event.ctrlKey || event.metaKey || event.altKey) return
    if (press(event.key)) event.preventDefault()
  }

  onMounted(() => document.addEventListener('keydown', key))
  onBeforeUnmount(() => document.removeEventListener('keydown', key))
}
