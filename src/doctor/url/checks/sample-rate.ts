import {SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import type {Check, CheckContext, CheckResult} from '../../check.js'
import {isRateName, meantRateHz, RATE_NAME} from '../../../stream/written-url/rate-names.js'
import {urlName} from '../url-name.js'
import {useWrittenUrl} from '../whole-url.js'

export const sampleRateCheck: Check = {
  id: 'sample-rate',
  title: 'The URL names a sample rate that Exotel has',
  group: 'url',
  roles: ['stream'],
  needs: ['url'],
  limitMs: 1000,
  run: (context) => Promise.resolve(judge(context)),
}

/** Exotel has no stream of another rate to open; what it shows for one is not published. */
const OFFERED = SAMPLE_RATES_HZ.map(String)

function judge({hop, target}: CheckContext): CheckResult {
  const url = urlName({target, hop})
  const query = [...(hop.url?.searchParams ?? [])]
  const named = query.filter(([name, value]) => isRateName(name, value))
  const [first, ...others] = named
  if (!first) return absent(url, target.isLocal)
  const [name, value] = first
  const other = others.find(([, otherValue]) => otherValue !== value)
  if (other) {
    return {
      status: 'fail',
      summary: `${url} names two sample rates, ${short(value)} and ${short(other[1])}`,
      fix: useWrittenUrl,
    }
  }
  if (!OFFERED.includes(value)) {
    return {
      status: 'fail',
      summary: `${url} names the sample rate ${short(value)}; Exotel has ${OFFERED.join(', ')}, and the nearest is ${String(meantRateHz(value))}`,
      fix: useWrittenUrl,
    }
  }
  const misspelt = named.map(([spelling]) => spelling).find((spelling) => spelling !== RATE_NAME)
  if (misspelt !== undefined) {
    return {
      status: 'warn',
      summary: `${url} names its sample rate as ${short(misspelt)}; Exotel reads ${RATE_NAME}`,
      fix: useWrittenUrl,
    }
  }
  if (others.length > 0) {
    return {status: 'warn', summary: `${url} names ${name} twice`, fix: useWrittenUrl}
  }
  return {status: 'pass', summary: `${url} asks for ${value} Hz`}
}

function absent(url: string, isLocal: boolean): CheckResult {
  if (isLocal) {
    return {status: 'pass', summary: `${url} names no sample rate, so that it is 8000 Hz here`}
  }
  return {
    status: 'warn',
    // Both are in src/protocol/README.md, K7.
    summary: `${url} names no sample rate: it is 8000 Hz by Exotel's pages, yet others have met 16000`,
    fix: useWrittenUrl,
  }
}

function short(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}
