import {MAX_CUSTOM_PARAMETER_CHARACTERS, MAX_CUSTOM_PARAMETERS} from '../../../protocol/limits.js'
import {isSampleRateName} from '../../../protocol/sample-rate.js'
import type {Check, CheckContext, CheckResult, FixFacts} from '../../check.js'
import {useMendedUrl} from '../../corrected-url.js'
import {urlName} from '../url-name.js'

export const parametersCheck: Check = {
  id: 'parameters',
  title: 'The custom parameters are within the limits',
  group: 'url',
  roles: ['stream'],
  needs: ['url'],
  limitMs: 1000,
  run: (context) => Promise.resolve(judge(context)),
}

/** Exotel cuts what is over the limits, or opens no stream: so this fails no check, and has no text of Exotel's. */
const UNPUBLISHED = 'what becomes of more is not published'

function judge({hop, target}: CheckContext): CheckResult {
  const name = urlName({target, hop})
  const pairs = [...(hop.url?.searchParams ?? [])].filter(
    ([parameter]) => !isSampleRateName(parameter),
  )
  const own = new Map(pairs)
  // Counted as in a dynamic URL's answer: names and values, decoded.
  const characters = [...own].flat().join('').length
  const told = `${name} has ${counted(own.size, 'custom parameter')}`
  if (own.size > MAX_CUSTOM_PARAMETERS) {
    return {
      status: 'warn',
      summary: `${told}; Exotel's pages say at most ${String(MAX_CUSTOM_PARAMETERS)}, and ${UNPUBLISHED}`,
      fix: tooManyFix,
    }
  }
  if (characters > MAX_CUSTOM_PARAMETER_CHARACTERS) {
    return {
      status: 'warn',
      summary: `${told} of ${counted(characters, 'character')} together; Exotel's pages say at most ${String(MAX_CUSTOM_PARAMETER_CHARACTERS)}, and ${UNPUBLISHED}`,
      fix: 'Pass a short key instead, and let the bot look up the rest by it or by call_sid.',
    }
  }
  const names = pairs.map(([parameter]) => parameter)
  const twice = names.find((parameter, index) => names.indexOf(parameter) < index)
  if (twice !== undefined) {
    return {
      status: 'warn',
      summary: `${name} names ${shortName(twice)} twice, and start.custom_parameters has room for one`,
      fix: `Write ${shortName(twice)} once.`,
    }
  }
  return {status: 'pass', summary: own.size === 0 ? `${name} has no custom parameters` : told}
}

function tooManyFix(facts: FixFacts): string {
  const most = String(MAX_CUSTOM_PARAMETERS)
  const mended = useMendedUrl(facts, {mostParameters: MAX_CUSTOM_PARAMETERS})
  return `Keep the ${most} that matter and let the bot look up the rest by call_sid. Below only the first ${most} are kept. ${mended}`
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}

function shortName(name: string): string {
  return JSON.stringify(name.slice(0, 40))
}
