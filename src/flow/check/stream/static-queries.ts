import type {RuleOptions} from '../../finding.js'
import type {Flow, StreamingApplet} from '../../flow.js'
import {isStreaming} from '../../flow.js'
import {legibleUrls} from '../urls/written-urls.js'

export type Pair = readonly [name: string, value: string]

/** The query of a static URL, decoded: what the bot is dialled with. */
export type StaticQuery = {
  readonly applet: StreamingApplet
  readonly text: string
  readonly pairs: readonly Pair[]
}

export function staticQueries(flow: Flow, options: RuleOptions): readonly StaticQuery[] {
  return legibleUrls(flow, options).flatMap(({applet, text, role}) =>
    isStreaming(applet) && role === 'stream'
      ? [{applet, text, pairs: [...new URL(text).searchParams]}]
      : [],
  )
}
