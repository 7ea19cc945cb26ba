/** Where the times of a board's days are: its stretches, the marks above them, and each technician's orders in them. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from '@/ui/i18n'
import { instantOf, partsIn } from '../zoned'
import { hoursOf, itemsOf, row, shareOf, weekRow, type Board, type Item, type Placed, type Stretch } from './plan'

const HOUR = 3_600_000
/** More orders a day than these nobody reads in a week. */
const MOST_LANES = 8

export interface Mark {
  key: number
  left: number
  label: string
  /** Nobody works that day. */
  off: boolean
  today: boolean
}

interface Shown {
  board: Ref<Board | null>
  week: Ref<boolean>
  /** The company's zone, and the day that is there now. */
  zone: Ref<string>
  today: Ref<string>
}

interface Times {
  /** The company's day of an instant. */
  dayOf: (ms: number) => string
  stretches: ComputedRef<Stretch[]>
  marks: ComputedRef<Mark[]>
  plans: ComputedRef<Map<string, Placed[]>>
  /** Orders of the fullest day of anybody's week. */
  fullest: ComputedRef<number>
}

export function useTimes({ board, week, zone, today }: Shown): Times {
  const { locale } = useI18n()
  const dayOf = (ms: number): string => partsIn(ms, zone.value).day
  const days = computed(() => board.value?.days ?? [])
  const items = computed(() => {
    const { start, end, orders } = board.value ?? { start: '', end: '', orders: [] }
    return orders.flatMap((card) => itemsOf(card, { from: Date.parse(start), to: Date.parse(end) }, dayOf))
  })
  /** Each day from an hour before the office opens to two hours after it closes; a single day as long as its orders are. */
  const stretches = computed<Stretch[]>(() => days.value.map(({ day }) => {
    const midnight = Date.parse(instantOf(day, '00:00', zone.value))
    const { opens, closes } = board.value?.hours ?? { opens: 540, closes: 1080 }
    const usual = { from: midnight + Math.max(opens - 60, 0) * 60_000, to: midnight + Math.min(closes + 120, 1440) * 60_000 }
    return week.value ? usual : hoursOf(usual, { from: midnight, to: midnight + 24 * HOUR }, items.value)
  }))
  /** Few characters: a day of a small screen's week is narrow, and the month stands above. */
  const weekday = computed(() => new Intl.DateTimeFormat(locale.value === 'en' ? 'en-GB' : locale.value, { weekday: 'short', day: 'numeric', timeZone: zone.value }))
  const marks = computed(() => stretches.value.flatMap(({ from, to }, at): Mark[] => {
    const left = (ms: number): number => shareOf(ms, stretches.value)
    if (week.value) return [{ key: from, left: left(from), label: weekday.value.format(from), off: days.value[at]?.works === false, today: days.value[at]?.day === today.value }]
    const hours = Array.from({ length: Math.ceil((to - from) / HOUR) }, (_, hour) => from + hour * HOUR)
    return hours.map((ms) => ({ key: ms, left: left(ms), label: partsIn(ms, zone.value).time, off: false, today: false }))
  }))
  const byPerson = computed(() => {
    const found = new Map<string, Item[]>()
    for (const item of items.value) found.set(item.card.assignee_id ?? '', [...(found.get(item.card.assignee_id ?? '') ?? []), item])
    return found
  })
  const plans = computed(() => new Map([...byPerson.value].map(([person, mine]) => {
    const day = row(mine, stretches.value)
    return [person, week.value ? weekRow(day, days.value.map((one) => one.day), dayOf) : day]
  })))
  const fullest = computed(() => Math.min(Math.max(0, ...[...plans.value.values()].flat().map(({ lanes }) => lanes)), MOST_LANES))
  return { dayOf, stretches, marks, plans, fullest }
}
