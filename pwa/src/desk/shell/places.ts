/** Where one can go at the desk. */
import { Bell, Box, Calendar, ChatLineRound, DocumentChecked, Flag, Grid, OfficeBuilding, Setting, Tickets, Timer, User, Van } from '@element-plus/icons-vue'
import { computed, type Component, type ComputedRef } from 'vue'
import { useDesk } from '../session'

export interface Place {
  name: string
  to: string
  /** After `g`, the way there by keyboard. */
  letter: string
  icon: Component
  /** Any of these. */
  permission: string | readonly string[]
  also?: readonly string[]
}

const PLACES: readonly Place[] = [
  { name: 'requests', letter: 'r', to: '/requests', icon: Bell, permission: 'request.read', also: ['intake'] },
  { name: 'board', letter: 'b', to: '/board', icon: Calendar, permission: 'order.assign' },
  { name: 'orders', letter: 'o', to: '/orders', icon: Tickets, permission: 'order.read', also: ['order'] },
  { name: 'decisions', letter: 'd', to: '/decisions', icon: Flag, permission: 'decision.read', also: ['held', 'hand_in'] },
  { name: 'reviews', letter: 'v', to: '/reviews', icon: DocumentChecked, permission: 'report.accept' },
  { name: 'messages', letter: 'm', to: '/messages', icon: ChatLineRound, permission: 'message.read' },
  { name: 'units', letter: 'u', to: '/units', icon: Van, permission: 'unit.read', also: ['unit'] },
  { name: 'customers', letter: 'c', to: '/customers', icon: OfficeBuilding, permission: 'customer.read' },
  { name: 'people', letter: 'p', to: '/people', icon: User, permission: 'people.read', also: ['person'] },
  { name: 'catalogue', letter: 'k', to: '/catalogue', icon: Box, permission: 'catalogue.read', also: ['model'] },
  { name: 'settings', letter: 's', to: '/settings', icon: Timer, permission: ['clock_rule.set', 'order_type.update', 'part_price.set'] },
  { name: 'company', letter: 'y', to: '/company', icon: Setting, permission: 'company.update' },
  { name: 'tables', letter: 'x', to: '/tables', icon: Grid, permission: 'table.import' },
]

/** Where this person may go: what they can't use isn't shown. */
export function usePlaces(): ComputedRef<Place[]> {
  const desk = useDesk()
  return computed(() => PLACES.filter(({ permission }) => [permission].flat().some((one) => desk.may(one))))
}
