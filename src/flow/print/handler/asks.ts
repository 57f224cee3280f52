import {type Applet, isStreaming} from '../../flow.js'
import {reachableFrom} from '../../graph.js'
import {isDynamic} from '../../stream-address.js'
import {botUrlOf, type BotUrl, plain, queryOf} from '../bot-url.js'
import type {Printing} from '../printing.js'

/** What Exotel asks of the flow over HTTP, and what the answers depend on. */
export type Asks = {
  readonly flowName: string
  readonly bot: BotUrl
  /** The path of each dynamic URL, and what its answer has in the query. */
  readonly dynamic: Readonly<Record<string, string>>
  /** The path of each Passthru, and whether 302 leads anywhere behind the stream. */
  readonly passthru: Readonly<Record<string, boolean>>
}

export function asksOf(printing: Printing): Asks {
  const {applets, name} = printing.flow
  const bot = botUrlOf(printing)
  const streams = applets.filter(isStreaming)
  const behind = new Set(streams.flatMap((stream) => [...reachableFrom(printing.flow, stream)]))
  const dynamic = streams
    .filter(isDynamic)
    .flatMap((stream) => pathOf(stream.url).map((path) => [path, queryOf(stream)] as const))
  const passthru = new Map<string, boolean>()
  for (const applet of applets) {
    for (const path of passthruPaths(applet)) {
      passthru.set(path, (passthru.get(path) ?? false) || (behind.has(applet) && hasChoice(applet)))
    }
  }
  return {
    flowName: plain(name),
    bot,
    dynamic: Object.fromEntries(dynamic.length > 0 ? dynamic : [['/voicebot-url', bot.query]]),
    passthru: Object.fromEntries(passthru.size > 0 ? passthru : [['/passthru', false]]),
  }
}

/** A status callback is answered like a Passthru that has no choice. */
function passthruPaths(applet: Applet): readonly string[] {
  if (applet.kind === 'passthru') {
    return applet.url === undefined ? ['/passthru'] : pathOf(applet.url)
  }
  return applet.kind === 'connect-voice-ai' ? pathOf(applet.statusCallback) : []
}

function hasChoice(applet: Applet): boolean {
  return applet.kind === 'passthru' && !applet.isAsync && applet.on302 !== undefined
}

function pathOf(url: string | undefined): readonly string[] {
  const text = url?.trim() ?? ''
  return URL.canParse(text) ? [new URL(text).pathname] : []
}
