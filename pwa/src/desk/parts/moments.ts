/** Moments in few words: the day is said only when it isn't today. */
import { useFormats } from '@/ui/page'
import { useDesk } from '../session'
import { partsIn } from '../zoned'

export interface Moments {
  /** `14:05` today, `11月20日 周五 14:05` on another day. */
  momentOf: (iso: string) => string
  /** Both parts; the day is empty today. */
  splitOf: (iso: string) => { day: string; time: string }
  isToday: (iso: string) => boolean
}

export function useMoments(): Moments {
  const desk = useDesk()
  const formats = useFormats()
  const isToday = (iso: string): boolean => {
    const { zone } = desk.region.value
    return partsIn(iso, zone).day === partsIn(desk.now.value, zone).day
  }
  const splitOf = (iso: string): { day: string; time: string } => ({
    day: isToday(iso) ? '' : formats.value.day(iso),
    time: formats.value.time(iso),
  })
  return {
    isToday,
    splitOf,
    momentOf: (iso) => {
      const { day, time } = splitOf(iso)
      return day === '' ? time : `${day} ${time}`
    },
  }
}
