import type {RuleOptions} from '../../finding.js'
import type {Flow, StreamingApplet} from '../../flow.js'
import {isStreaming} from '../../flow.js'
import {legibleUrls, type WrittenUrl} from '../urls/written-urls.js'
import type {Pair} from './named-rates.js'

/** The query of a static URL, decoded: what the bot is dialled with. */
export type StaticQuery = {
  readonly applet: StreamingApplet
  readonly written: WrittenUrl
  readonly pairs: readonly Pair[]
}

export function staticQueries(flow: Flow, options: RuleOptions): readonly StaticQuery[] {
  return legibleUrls(flow, options).flatMap((written) => {
    const {applet, text, role} = written
    return isStreaming(applet) && role === 'stream'
      ? [{applet, written, pairs: [...new URL(text).searchParams]}]
      : []
  })
}
