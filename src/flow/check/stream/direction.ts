import type {Rule} from '../../finding.js'
import type {StreamApplet} from '../../flow.js'
import {appletName, sentence} from '../names.js'
import {APPLETS_PAGE} from '../sources.js'
import {bothWays} from './foreign-values.js'

export const streamCannotTalk: Rule = {
  id: 'stream-cannot-talk',
  severity: 'error',
  source: APPLETS_PAGE,
  find: ({applets}) =>
    applets
      .filter((applet) => applet.kind === 'stream')
      .flatMap((applet) => {
        const evidence = evidenceIn(applet)
        if (!evidence) return []
        return [
          {
            applet,
            ...(evidence.field === undefined ? {} : {field: evidence.field}),
            summary: `${sentence(appletName(applet))} ${evidence.words}, yet a Stream applet only listens: nothing that the bot says reaches the caller.`,
            fix: 'Choose the Voicebot applet instead, with the same URL; in the file, in the place of "stream:", write:\nvoicebot:',
          },
        ]
      }),
}

type Evidence = {readonly field?: string; readonly words: string}

/** Only what the file says itself: a Stream that leads to no people may be a recorder's. */
function evidenceIn({id, foreign}: StreamApplet): Evidence | undefined {
  const claimed = bothWays(foreign)
  if (claimed) {
    return {
      field: claimed.path,
      words: `is to go both ways ("${claimed.name.slice(0, 80)}")`,
    }
  }
  const ofVoicebot = Object.keys(foreign).find((name) =>
    /^(?:encrypt[-_ ]?dtmf|barge[-_ ]?in|interruptible|greeting|first[-_ ]?message|marks?)$/i.test(
      name,
    ),
  )
  if (ofVoicebot !== undefined) {
    return {field: ofVoicebot, words: `has "${ofVoicebot}", which only a bot that talks needs`}
  }
  return /voice-?bot/i.test(id) ? {words: 'is called a voicebot'} : undefined
}
