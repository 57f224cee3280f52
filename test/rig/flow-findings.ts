import {checkFlow} from '../../src/flow/check/check-flow.js'
import type {Finding, RuleOptions} from '../../src/flow/finding.js'
import {readFlow} from '../../src/flow/format/flow-reader.js'

/** Applets of a flow file as short texts, and what `flow check` finds in them. */

export const HOST = 'bot.acme.in'
export const BOT = `voicebot: {url: 'wss://${HOST}/media', sampleRate: 8000}`

export const withBot = (settings: string) => [`voicebot: {${settings}}`]
export const withUrl = (url: string) => withBot(`url: '${url}', sampleRate: 8000`)
export const withPassthru = (settings: string) => [BOT, `passthru: {${settings}}`]

export function findingsOf(
  applets: readonly string[],
  {isLocal = false}: Partial<RuleOptions> = {},
): readonly Finding[] {
  const list = applets.map((applet) => `  - ${applet.replaceAll('\n', '\n    ')}\n`).join('')
  return checkFlow(readFlow(`name: near\napplets:\n${list}`, 'near.yaml'), {isLocal})
}

/** The ids of all findings. */
export const idsOf = (applets: readonly string[]) => findingsOf(applets).map(({id}) => id)

/** The ids of what is above advice. */
export function faultsOf(
  applets: readonly string[],
  options: Partial<RuleOptions> = {},
): readonly string[] {
  return findingsOf(applets, options)
    .filter(({severity}) => severity !== 'info')
    .map(({id}) => id)
}
