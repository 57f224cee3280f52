import {makeFlow, type Use, type Wish} from '../../src/flow/make-flow.js'
import type {Printing} from '../../src/flow/print/printing.js'
import {plainPaint} from '../../src/report/text/look.js'

export const USES: readonly Use[] = ['voicebot', 'stream', 'connect-voice-ai']

/** What is printed of a wish; that of a voicebot with Passthru before and after, unless it says otherwise. */
export function printingOf(wish: Partial<Wish> = {}, more: Partial<Printing> = {}): Printing {
  const passthru = {url: 'https://bot.acme.in/passthru'}
  const use: Use = wish.use ?? 'voicebot'
  const flow = makeFlow({
    use,
    name: 'sales calls',
    url: 'wss://bot.acme.in/media',
    passthru: use === 'connect-voice-ai' ? {} : {before: passthru, after: passthru},
    sampleRateHz: 8000,
    parameters: {campaign: 'emi'},
    auth: {kind: 'none'},
    record: false,
    afterwards: 'connect',
    ...wish,
  })
  const look = {width: 100, paint: plainPaint, ascii: true}
  return {flow, look, lang: 'js', upstreams: [], ...more}
}

/** As it is printed while the bot has no public host. */
export function localPrinting(wish: Partial<Wish> = {}, more: Partial<Printing> = {}): Printing {
  const {flow, ...rest} = printingOf({passthru: {before: {}, after: {}}, ...wish}, more)
  const applets = flow.applets.map((applet) => {
    if (!('parameters' in applet)) return applet
    const {url, ...without} = applet
    return without
  })
  return {...rest, flow: {...flow, applets}, localUrl: 'ws://127.0.0.1:5000/media'}
}
