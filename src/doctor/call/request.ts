import type {CheckContext} from '../check.js'
import type {PlaceCall} from '../world.js'

type Request = Parameters<PlaceCall>[0]

/** What is the same in every call of a check. */
export function requestOf({
  hop,
  target,
  signal,
}: CheckContext): Pick<Request, 'url' | 'addresses' | 'headers' | 'applet' | 'signal'> {
  const {headers, applet} = target
  const {url, text = '', addresses} = hop
  return {
    url: url?.href ?? text,
    ...(addresses === undefined ? {} : {addresses}),
    headers,
    applet,
    signal,
  }
}
