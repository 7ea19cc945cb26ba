/** Links that open a map app at a site, each in the system of positions that its maps are drawn in. Pure. */
import { degreesOf, gcj02ToBd09, isInChina, toGcj02, type Degrees } from '@/rules/position'

interface Mappable {
  name: string
  address: string | null
  lat_e7: number | null
  lng_e7: number | null
}

/** The first is what a tap on the site opens. */
export const MAPS = ['amap', 'baidu', 'tencent', 'phone'] as const
export type MapApp = (typeof MAPS)[number]

const fixed = (degrees: number): string => degrees.toFixed(6)
const latFirst = ({ lat, lng }: Degrees): string => `${fixed(lat)},${fixed(lng)}`
const lngFirst = ({ lat, lng }: Degrees): string => `${fixed(lng)},${fixed(lat)}`

/** Apple's own devices open Apple's maps; others ask which app is to take a `geo:` link. */
export function isApple(platform: string = navigator.userAgent): boolean {
  return /iPhone|iPad|Macintosh/.test(platform)
}

const WORDS: Record<MapApp, (words: string) => string> = {
  amap: (words) => `https://uri.amap.com/search?keyword=${words}&callnative=1`,
  baidu: (words) => `https://api.map.baidu.com/geocoder?address=${words}&output=html&src=onsite`,
  tencent: (words) => `https://apis.map.qq.com/uri/v1/search?keyword=${words}&referer=onsite`,
  phone: (words) => (isApple() ? `https://maps.apple.com/?q=${words}` : `geo:0,0?q=${words}`),
}

const PLACE: Record<MapApp, (place: Degrees, name: string) => string> = {
  amap: (place, name) => `https://uri.amap.com/navigation?to=${lngFirst(toGcj02(place))},${name}&mode=car&coordinate=gaode&callnative=1`,
  baidu: (place, name) => `https://api.map.baidu.com/marker?location=${latFirst(isInChina(place) ? gcj02ToBd09(toGcj02(place)) : place)}`
    + `&title=${name}&content=${name}&coord_type=${isInChina(place) ? 'bd09ll' : 'wgs84'}&output=html&src=onsite`,
  tencent: (place, name) => `https://apis.map.qq.com/uri/v1/routeplan?type=drive&to=${name}&tocoord=${latFirst(toGcj02(place))}&referer=onsite`,
  phone: (place, name) => {
    const where = latFirst(toGcj02(place)) // what is drawn of China is shifted, whoever draws it
    return isApple() ? `https://maps.apple.com/?daddr=${where}&q=${name}` : `geo:${where}?q=${where}(${name})`
  },
}

/** Where a tap leads: to the position, or to a search for the address where nobody has measured it. */
export function mapLink({ name, address, lat_e7, lng_e7 }: Mappable, app: MapApp = 'amap'): string {
  if (lat_e7 === null || lng_e7 === null) return WORDS[app](encodeURIComponent(address ?? name))
  return PLACE[app](degreesOf({ lat_e7, lng_e7 }), encodeURIComponent(name))
}
