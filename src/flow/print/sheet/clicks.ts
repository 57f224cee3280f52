import type {Flow} from '../../flow.js'
import {titleOf} from '../diagram.js'

/** What comes before the first applet (developer.exotel.com, app-builder; other pages say Create Custom App). */
export function firstClicks({name, applets}: Flow): readonly string[] {
  if (applets.some(({kind}) => kind === 'connect-voice-ai')) return []
  return [
    'my.exotel.com: App Bazaar in the left sidebar, then Create Custom App (some pages call it Create New App).',
    `Name it, such as ${name}, and drag the applets below onto the canvas; a call begins at the first.`,
    'What stands in brackets behind an applet tells two of a kind apart here, and is not entered.',
  ]
}

/** What is left to do once the applets are filled in (developer.exotel.com, app-builder). */
export function lastClicks({applets}: Flow): readonly string[] {
  const kinds = new Set(applets.map(({kind}) => kind))
  if (kinds.has('connect-voice-ai')) {
    return [
      `Where Exotel answers 403: ${ENABLING}`,
      'There is nothing to save: send the call to Calls/connect with your API key and token.',
    ]
  }
  const titles = STREAMING.filter((kind) => kinds.has(kind)).map(titleOf)
  return [
    ...titles.map((title) => `Where ${title} is not among the applets: ${ENABLING}`),
    'Save each applet, then the app: Save in the toolbar of the App Builder.',
    'Deploy the app, where your App Builder has that apart from Save.',
    'ExoPhones: choose the number, and assign this app to it. Until then no call takes the flow.',
  ]
}

const STREAMING = ['voicebot', 'stream'] as const

/** support.exotel.com 3000132268 */
const ENABLING =
  'mail hello@exotel.com with your Account SID to have it enabled, and finish KYC; streaming needs both.'
