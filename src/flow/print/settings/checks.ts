import {
  type Auth,
  END,
  type Flow,
  isStreaming,
  type Next,
  type StreamingApplet,
} from '../../flow.js'
import {boxUrl, isDynamic} from '../../stream-address.js'
import {appletOf} from '../../graph.js'
import {nameOf} from '../diagram.js'
import {hiddenIn} from './usable-url.js'

/** Something to look at before the first real call. */
export type Check = {
  readonly text: string
  /** What looks for you, to be pasted into a shell. */
  readonly command?: string
}

export function checksOf(flow: Flow): readonly Check[] {
  const streaming = flow.applets.find(isStreaming)
  const isFlow = streaming?.kind !== 'connect-voice-ai'
  return [
    ...(streaming ? botChecks(streaming) : []),
    ...(isFlow ? wayChecks(flow) : []),
    {
      text: 'The flow has no known mistake, and its URLs answer as Exotel needs it. Save it first: the same command with --as yaml > flow.yaml.',
      command: 'exostream flow check flow.yaml --probe',
    },
    {
      text: 'A whole call goes through it, all branches timed.',
      command: 'exostream simulate --flow flow.yaml',
    },
    {
      text: isFlow
        ? 'A test call to the ExoPhone is answered by the bot. The same command with --as curl prints a call that you can start.'
        : 'A test call is answered by the bot. The same command with --as curl prints it.',
    },
    {
      text: 'The log of exostream serve has the lines of a good call, in the order in which --as text lists them.',
      command: 'exostream logs --call last',
    },
  ]
}

const USES = {voicebot: '', stream: ' --use stream', 'connect-voice-ai': ' --use connect-voice-ai'}

function botChecks(applet: StreamingApplet): readonly Check[] {
  const {kind} = applet
  const address = shellAddress(applet)
  const takes = kind === 'stream' ? 'The bot listens.' : 'The bot speaks as Exotel wants it.'
  const profile = kind === 'stream' ? ' --profile stream-applet' : ''
  if (address === undefined) {
    const whole = 'Give doctor and simulate the whole URL, with what is not printed here.'
    return [{text: `Exotel can reach the bot. ${whole}`}, {text: takes}]
  }
  const until = address === '' ? ' Without a public host: that it is well on this machine.' : ''
  return [
    {
      text: `Exotel can reach the bot, from DNS to the first audio.${until}`,
      command: `exostream doctor${address}${address === '' ? '' : USES[kind]}`,
    },
    {text: takes, command: `exostream simulate${address}${profile}`},
  ]
}

/**
 * The URL, with what a shell fills in from the environment. Empty where there is none, and the serve of this
 * folder is meant; undefined where it cannot be told.
 */
function shellAddress(applet: StreamingApplet): string | undefined {
  const url = boxUrl(applet)
  if (url === undefined) return ''
  if (hiddenIn(url).length > 0) return undefined
  const {auth} = applet
  if (auth.kind !== 'basic' || isDynamic(applet)) return ` ${quoted(url)}`
  const [, scheme = '', rest = ''] = /^([^:]*:\/\/)(.*)$/s.exec(url) ?? []
  return ` ${quoted(scheme)}${credentials(auth)}${quoted(`@${rest}`)}`
}

function credentials({keyVariable, tokenVariable}: Extract<Auth, {kind: 'basic'}>): string {
  return `"$${keyVariable}:$${tokenVariable}"`
}

/** For a shell that takes it as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** What is most often missing: the way from a Passthru to the bot. */
function wayChecks(flow: Flow): readonly Check[] {
  return flow.applets.flatMap((applet) => {
    if (applet.kind !== 'passthru') return []
    const {on200, on302, isAsync} = applet
    const ways = isAsync
      ? whereTo(flow, on200)
      : `${whereTo(flow, on200)} on 200, ${whereTo(flow, on302 ?? END)} on 302`
    return [{text: `In the App Builder ${nameOf(applet)} leads ${ways}.`}]
  })
}

function whereTo(flow: Flow, next: Next): string {
  const applet = appletOf(flow, next)
  return applet ? `to ${nameOf(applet)}` : 'nowhere'
}
