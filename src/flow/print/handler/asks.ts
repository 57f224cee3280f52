import {type Applet, type Flow, isStreaming} from '../../flow.js'
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
  /** What of the flow cannot be answered as it is meant, a line each. */
  readonly notes: readonly string[]
}

export function asksOf(printing: Printing): Asks {
  const {name} = printing.flow
  const bot = botUrlOf(printing)
  const queries = dynamicQueries(printing.flow)
  const passthru = passthruWays(printing.flow)
  return {
    flowName: plain(name),
    bot,
    dynamic:
      queries.size === 0
        ? {'/voicebot-url': bot.query}
        : Object.fromEntries(
            [...queries].map(([path, [query = '', ...others]]) => [
              path,
              others.length > 0 ? '' : query,
            ]),
          ),
    passthru: passthru.size === 0 ? {'/passthru': false} : Object.fromEntries(passthru),
    notes: [...queries].flatMap(([path, {size}]) => [
      ...(size > 1
        ? [
            `Applets with different rates or parameters ask ${plain(path)}, and Exotel does not say which of them`,
            'asks: nothing is added there. Give each a path of its own, or write all of it into STREAM_URL.',
          ]
        : []),
      ...(passthru.has(path)
        ? [
            `${plain(path)} is both a dynamic URL and a Passthru, and Exotel asks both alike: its 200 has the URL,`,
            'which a Passthru passes over. To answer 302 before the stream, give each a path of its own.',
          ]
        : []),
    ]),
  }
}

/** What the applets that ask a path want in the query of its answer. */
function dynamicQueries({applets}: Flow): ReadonlyMap<string, ReadonlySet<string>> {
  const queries = new Map<string, Set<string>>()
  for (const stream of applets.filter(isStreaming).filter(isDynamic)) {
    for (const path of pathOf(stream.url)) {
      queries.set(path, new Set([...(queries.get(path) ?? []), queryOf(stream)]))
    }
  }
  return queries
}

function passthruWays(flow: Flow): ReadonlyMap<string, boolean> {
  const streams = flow.applets.filter(isStreaming)
  const behind = new Set(streams.flatMap((stream) => [...reachableFrom(flow, stream)]))
  const ways = new Map<string, boolean>()
  for (const applet of flow.applets) {
    for (const path of passthruPaths(applet)) {
      ways.set(path, (ways.get(path) ?? false) || (behind.has(applet) && hasChoice(applet)))
    }
  }
  return ways
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
