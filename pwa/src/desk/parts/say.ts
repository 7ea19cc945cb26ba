/** A sentence at the top of the page about something that was just done. It leaves by itself; a screen reader says it. */
import { ElMessage } from 'element-plus/es/components/message/index'
import 'element-plus/es/components/message/style/css'

const SHOWN_MS = 4_000

export function say(message: string): void {
  ElMessage({ message, type: 'success', duration: SHOWN_MS, grouping: true, showClose: true })
}
