/** Whether the company asks for the app lock and this phone has none; told once the company's record is read. */
import { shallowRef } from 'vue'

export const lockAsked = shallowRef(false)
