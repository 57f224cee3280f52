import {meantRateHz, RATE_NAME} from '../../../stream/written-url/rate-names.js'
import {grammarMistake} from '../../../stream/written-url/grammar.js'
import {isOfOwnNetwork} from '../../../stream/written-url/own-names.js'
import {
  findCallDetail,
  findPlaceholder,
  isUnfilled,
} from '../../../stream/written-url/placeholders.js'
import {shownUrl} from '../../../stream/written-url/shown-url.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import {DEFAULT_SAMPLE_RATE_HZ, SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import type {SampleRateHz} from '../../../protocol/messages.js'
import type {RuleOptions} from '../../finding.js'
import {isStreaming, type StreamingApplet} from '../../flow.js'
import {isCodecClaim, claimedRate} from '../stream/foreign-values.js'
import {isRate, type Pair, ratesBeside} from '../stream/named-rates.js'
import type {WrittenUrl} from './written-urls.js'

type Written = Pick<WrittenUrl, 'applet' | 'text' | 'role'>

/**
 * A second line of a fix: the whole URL as it should be in the place of this one, so that it is the same in
 * each finding of a URL. Nothing where it would hold a secret or a placeholder, was cut, or is no URL that
 * could be dialled: what is printed to be copied has to be right as it is.
 */
export function copyLine(written: Written, {isLocal}: RuleOptions): string {
  const shown = shownUrl(mended(written, isLocal))
  const isWhole = !shown.includes('=***') && !shown.endsWith('...')
  const isFilled = findPlaceholder(shown) === undefined && findCallDetail(shown) === undefined
  const isUsable = isFilled && grammarMistake(shown, written.role) === undefined
  const canBeReached = isLocal || !isOfOwnNetwork(readParts(shown).host)
  return isWhole && isUsable && canBeReached ? `\n${shown}` : ''
}

/** Without what nobody fills in and what nothing reads, with TLS and the rate. */
function mended({applet, text, role}: Written, isLocal: boolean): string {
  // Ruby's #{name} begins no fragment: what is behind it was meant to be sent.
  const whole = text.replaceAll('#{', '{')
  const [, origin = '', path = '', query = ''] =
    /^((?:[a-z][a-z\d+.-]*:\/\/)?[^/?#]*)([^?#]*)(?:\?([^#]*))?/is.exec(whole) ?? []
  const segments = path.split('/').filter((segment) => !isUnfilled(segment))
  const pairs = query.split('&').filter((pair) => pair !== '' && !isUnfilled(pair))
  const kept = role === 'stream' && isStreaming(applet) ? ofStream(applet, pairs) : pairs
  const url = origin + segments.join('/') + (kept.length === 0 ? '' : `?${kept.join('&')}`)
  return isLocal ? url : url.replace(/^(ws|http):/i, (scheme) => `${scheme.slice(0, -1)}s:`)
}

/** The pairs of the query of a stream: the rate once, where the file does not name it beside the URL. */
function ofStream(applet: StreamingApplet, pairs: readonly string[]): readonly string[] {
  const decoded = pairs.map((pair) => ({pair, named: nameAndValue(pair)}))
  const own = decoded.filter(({named}) => !isRate(named) && !isCodecClaim(named))
  const rates = decoded.map(({named}) => named).filter(isRate)
  const isBeside = ratesBeside(applet).some(
    ([name, value]) => name === RATE_NAME && SAMPLE_RATES_HZ.map(String).includes(value),
  )
  const kept = own.map(({pair}) => pair)
  if (isBeside && rates.length === 0) return kept
  return [...kept, `${RATE_NAME}=${String(meantRate(applet, rates))}`]
}

/** What the file says of the rate first beside the URL, then in it; one that Exotel has goes before. */
export function meantRate(applet: StreamingApplet, ofUrl: readonly Pair[]): SampleRateHz {
  const values = [...ratesBeside(applet), ...ofUrl.filter(isRate)].map(([, value]) => value)
  const value =
    values.find((rate) => SAMPLE_RATES_HZ.map(String).includes(rate)) ??
    values[0] ??
    claimedRate(applet.foreign)
  return value === undefined ? DEFAULT_SAMPLE_RATE_HZ : meantRateHz(value)
}

function nameAndValue(pair: string): Pair {
  const [[name, value] = ['', '']] = new URLSearchParams(pair)
  return [name, value]
}
