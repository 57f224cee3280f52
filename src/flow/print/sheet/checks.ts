import {
  type Auth,
  END,
  type Flow,
  isStreaming,
  type Next,
  type PassthruApplet,
  type StreamingApplet,
} from '../../flow.js'
import {appletOf, reachable} from '../../graph.js'
import {boxUrl, isDynamic} from '../../stream-address.js'
import {nameOf} from '../diagram.js'
import type {Printing} from '../printing.js'
import {hiddenIn} from '../settings/usable-url.js'
import {shellWord} from '../../../shell-word.js'

/** Something to look at before the first real call. */
export type Check = {
  readonly text: string
  /** What looks for you, to be pasted into a shell. */
  readonly command?: string
}

type Known = Pick<Printing, 'file' | 'again'> & {
  /** A URL of the flow has no public host yet. */
  readonly lacksHost: boolean
}

export function checksOf(flow: Flow, known: Known): readonly Check[] {
  const streaming = flow.applets.find(isStreaming)
  const isFlow = streaming?.kind !== 'connect-voice-ai'
  return [
    ...(streaming ? botChecks(streaming) : []),
    ...(isFlow ? wayChecks(flow) : []),
    ...fileChecks(known, isFlow ? ' to the ExoPhone' : ''),
    {
      text: 'The log of exostream serve has the lines of a good call, in the order below.',
      command: 'exostream logs --call last',
    },
  ]
}

/** All of them need the URLs of the flow. */
function fileChecks(known: Known, toWhom: string): readonly Check[] {
  if (known.lacksHost) {
    return [
      {
        text: 'There is a public host, and this page is printed again: only then can flow check --probe, simulate --flow and a test call pass.',
      },
    ]
  }
  const file = shellWord(known.file ?? 'flow.yaml')
  return [
    ...(known.file === undefined
      ? [{text: 'The flow is in a file.', ...printing(known, 'yaml > flow.yaml')}]
      : []),
    {
      text: 'The flow has no known mistake, and its URLs answer as Exotel needs it.',
      command: `exostream flow check ${file} --probe`,
    },
    {
      text: 'A whole call goes through it, each step timed; of each Passthru it takes the branch that is answered.',
      command: `exostream simulate --flow ${file}`,
    },
    {
      text: `A test call${toWhom} is answered by the bot; this makes a script that places one.`,
      ...printing(known, 'curl > call.sh'),
    },
  ]
}

/** The flow in another form; where the command is not known, it is the one that printed this. */
function printing({file, again}: Known, form: string): Pick<Check, 'command'> {
  const command = file === undefined ? again : `exostream flow print ${shellWord(file)}`
  return {command: `${command ?? 'exostream flow print ...'} --as ${form}`}
}

const USES = {voicebot: '', stream: ' --use stream', 'connect-voice-ai': ' --use connect-voice-ai'}
const PROFILES = {
  voicebot: '',
  stream: ' --profile stream-applet',
  'connect-voice-ai': ' --profile connect-voice-ai',
}

function botChecks(applet: StreamingApplet): readonly Check[] {
  const {kind, auth} = applet
  const address = shellAddress(applet)
  const takes = kind === 'stream' ? 'The bot listens.' : 'The bot speaks as Exotel wants it.'
  if (address === undefined) {
    const whole = 'Give doctor and simulate the whole URL, with what is not printed here.'
    return [{text: `Exotel can reach the bot. ${whole}`}, {text: takes}]
  }
  const isHere = address === ''
  const until = isHere ? ' Without a public host: that it is well on this machine.' : ''
  const reached = `Exotel can reach the bot, from DNS to the first audio.${until}`
  if (auth.kind === 'basic' && !isHere && !isDynamic(applet)) {
    // A walk through the flow takes the two from the environment, and tries the bot as well.
    const said = `${reached} ${ON_THE_LINE}`
    return [
      {
        text: said,
        command: `exostream doctor ${withCredentials(boxUrl(applet), auth)}${USES[kind]}`,
      },
    ]
  }
  return [
    {text: reached, command: `exostream doctor${address}${isHere ? '' : USES[kind]}`},
    {text: takes, command: `exostream simulate${address}${PROFILES[kind]}`},
  ]
}

/**
 * Empty where there is no URL, and the serve of this folder is meant; undefined where it cannot be told.
 */
function shellAddress(applet: StreamingApplet): string | undefined {
  const url = boxUrl(applet)
  if (url === undefined) return ''
  return hiddenIn(url).length > 0 ? undefined : ` ${shellWord(url)}`
}

/** doctor calls a bot unreachable that opens to a header alone, so that the two have to be in the URL. */
const ON_THE_LINE =
  'Both variables have to be percent-encoded for it; while it runs, ps shows key and token on this machine.'

function withCredentials(
  url = '',
  {keyVariable, tokenVariable}: Extract<Auth, {kind: 'basic'}>,
): string {
  const [, scheme = '', rest = ''] = /^([^:]*:\/\/)(.*)$/s.exec(url) ?? []
  return `${scheme}"$${keyVariable}:$${tokenVariable}"${shellWord(`@${rest}`)}`
}

/** What is most often missing: the way from a Passthru to the bot. */
function wayChecks(flow: Flow): readonly Check[] {
  return flow.applets.flatMap((applet) =>
    applet.kind === 'passthru'
      ? [{text: `In the App Builder ${nameOf(applet)} ${waysOf(flow, applet)}.`}]
      : [],
  )
}

function waysOf(flow: Flow, applet: PassthruApplet): string {
  const {on200, on302 = END, isAsync} = applet
  // Where it leads is then the fault that the page begins with, and nothing to tick.
  if (![...reachable(flow)].some(isStreaming)) {
    return 'leads on to the applet that opens the stream'
  }
  if (isAsync) return whereTo(flow, on200)
  const branch = whereTo(flow, on302).replace(/^leads /, '')
  return `${whereTo(flow, on200)} on 200, ${branch} on 302`
}

function whereTo(flow: Flow, next: Next): string {
  const applet = appletOf(flow, next)
  return applet ? `leads to ${nameOf(applet)}` : 'ends the call'
}
