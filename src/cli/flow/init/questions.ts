import {USUAL_AUTH} from '../../../flow/make-flow.js'
import {type Answers, rateIn} from './answers.js'
import {mistakeIn} from './judge.js'
import {isHere, type Known, passthruOfServe} from './of-serve.js'
import type {Prompter} from './prompter.js'

/** One answer of the interview. */
export type Question = {
  readonly answers: keyof Answers
  /** Without it there is no flow; all others have a default. */
  readonly isRequired?: true
  /** Whether other answers leave nothing to ask here. */
  readonly isMoot?: (answers: Answers) => boolean
  readonly ask: (prompter: Prompter, asked: Asked) => Promise<Answers>
}

type Asked = {readonly answers: Answers; readonly known: Known}

const isDirect = ({use}: Answers) => use === 'connect-voice-ai'
const hasNoUrl = ({where, url}: Answers) => where === 'unknown' && url === undefined

export const QUESTIONS: readonly Question[] = [
  {answers: 'use', isRequired: true, ask: askUse},
  {answers: 'where', isMoot: ({url}) => url !== undefined, isRequired: true, ask: askWhere},
  {answers: 'url', isMoot: hasNoUrl, isRequired: true, ask: askUrl},
  {
    answers: 'sample-rate',
    isMoot: ({url}) => url !== undefined && rateIn(url) !== undefined,
    ask: askRate,
  },
  {answers: 'param', ask: askParameters},
  {answers: 'auth', ask: askAuth},
  {answers: 'record', ask: askRecord},
  {
    answers: 'passthru-at',
    isMoot: (answers) => isDirect(answers) || answers.passthru !== undefined,
    ask: askPassthruAt,
  },
  {
    answers: 'passthru',
    isMoot: (answers) =>
      isDirect(answers) || hasNoUrl(answers) || (answers['passthru-at'] ?? 'none') === 'none',
    isRequired: true,
    ask: askPassthru,
  },
  {answers: 'greeting', isMoot: isDirect, ask: askGreeting},
  {
    answers: 'afterwards',
    isMoot: ({use = 'voicebot', 'connect-to': to = []}) => use !== 'voicebot' || to.length > 0,
    ask: askAfterwards,
  },
  {
    answers: 'connect-to',
    isMoot: ({use, afterwards}) => use !== 'stream' && afterwards !== 'connect',
    ask: askConnectTo,
  },
  {answers: 'status-callback', isMoot: (answers) => !isDirect(answers), ask: askStatusCallback},
]

async function askUse(prompter: Prompter): Promise<Answers> {
  const use = await prompter.choose({
    message: 'What should the call do?',
    choices: [
      {value: 'voicebot', name: 'Talk with a voicebot'},
      {value: 'stream', name: 'Let a program listen along'},
      {value: 'connect-voice-ai', name: 'Go to a bot without a flow: the API places it'},
    ],
    byDefault: 'voicebot',
  })
  return {use}
}

async function askWhere(prompter: Prompter): Promise<Answers> {
  const where = await prompter.choose({
    message: 'Where does the bot run?',
    choices: [
      {value: 'this-machine', name: 'On this machine, behind a tunnel'},
      {value: 'server', name: 'On a server with a public name'},
      {value: 'unknown', name: 'Not known yet'},
    ],
    byDefault: 'this-machine',
  })
  return {where}
}

async function askUrl(prompter: Prompter, {answers, known}: Asked): Promise<Answers> {
  const offered = answers.where === 'this-machine' ? known.url : undefined
  const schemes = isDirect(answers) ? 'wss://' : 'wss://, or https:// that is asked once a call'
  const url = await prompter.write({
    message: `Its public URL (${schemes}):`,
    ...(offered === undefined ? {} : {byDefault: offered}),
    mistakeIn: (text) =>
      text === ''
        ? 'Without it there is nothing to put into the applet; Esc leaves, and --where unknown does without.'
        : mistakeIn({...answers, url: text}),
  })
  return {url}
}

async function askRate(prompter: Prompter): Promise<Answers> {
  const rate = await prompter.choose({
    message: 'Which sample rate does the bot want?',
    choices: [
      {value: '8000', name: '8000 Hz, as the telephone has it'},
      {value: '16000', name: '16000 Hz'},
      {value: '24000', name: '24000 Hz'},
    ],
    byDefault: '8000',
  })
  return {'sample-rate': rate}
}

async function askParameters(prompter: Prompter, {answers}: Asked): Promise<Answers> {
  const text = await prompter.write({
    message: 'Custom parameters, such as campaign=emi, with commas (Enter: none):',
    mistakeIn: (pairs) => {
      const param = parametersIn(pairs)
      const odd = param.find((pair) => !/^[^=]+=/.test(pair))
      if (odd === undefined) return mistakeIn({...answers, param})
      return `A parameter is a name and a value, such as campaign=emi, and "${odd}" is not.`
    },
  })
  return {param: parametersIn(text)}
}

/** A space stands before another parameter where a name and its sign follow, else within a value. */
function parametersIn(text: string): string[] {
  return listIn(text.replace(/\s*=\s*/g, '=').replace(/\s+(?=[^\s=,]+=)/g, ','))
}

async function askAuth(prompter: Prompter, {answers, known}: Asked): Promise<Answers> {
  const auth = await prompter.choose({
    message: 'How does the bot know that it is Exotel who calls?',
    choices: [
      {value: 'none', name: 'Not at all'},
      {value: 'ip-allow-list', name: "By a list of Exotel's addresses"},
      {value: 'basic', name: 'By a key and a token in the URL'},
    ],
    byDefault: known.asksCredentials && isHere(answers, known) ? 'basic' : 'none',
  })
  if (auth !== 'basic') return {auth}
  const {keyVariable, tokenVariable} = USUAL_AUTH
  const key = await askVariable(prompter, 'key', keyVariable)
  const token = await askVariable(prompter, 'token', tokenVariable)
  return {auth: `basic:${key}:${token}`}
}

/** The rule is that of --auth: a key or token that is pasted here by mistake is not written down. */
function askVariable(prompter: Prompter, what: string, byDefault: string): Promise<string> {
  return prompter.write({
    message: `Environment variable that holds the ${what}:`,
    byDefault,
    mistakeIn: (text) =>
      mistakeIn({auth: `basic:${text}:${byDefault}`}) === undefined
        ? undefined
        : `This is the name of a variable in capitals, such as ${byDefault}, and never the ${what} itself.`,
  })
}

async function askRecord(prompter: Prompter): Promise<Answers> {
  return {record: await prompter.confirm('Should Exotel record the stream?')}
}

async function askPassthruAt(prompter: Prompter, {answers}: Asked): Promise<Answers> {
  const bot = answers.use === 'stream' ? 'stream' : 'bot'
  const at = await prompter.choose({
    message: 'Should a Passthru applet ask a URL of yours?',
    choices: [
      {value: 'none', name: 'No'},
      {value: 'before', name: `Before the ${bot}, with who calls`},
      {value: 'after', name: `After the ${bot}, with how it went`},
      {value: 'both', name: 'Both'},
    ],
    byDefault: 'none',
  })
  return {'passthru-at': at}
}

async function askPassthru(prompter: Prompter, {answers, known}: Asked): Promise<Answers> {
  const offered = passthruOfServe(answers, known)
  const passthru = await prompter.write({
    message: 'Its URL (https://):',
    ...(offered === undefined ? {} : {byDefault: offered}),
    mistakeIn: (text) =>
      text === ''
        ? 'Without its URL the applet has nobody to ask; Esc leaves.'
        : mistakeIn({...answers, passthru: text}),
  })
  return {passthru}
}

async function askGreeting(prompter: Prompter, {answers}: Asked): Promise<Answers> {
  const before = answers.use === 'stream' ? 'first' : 'before the bot answers'
  const greeting = await prompter.write({
    message: `Words that the caller hears ${before} (Enter: none):`,
    mistakeIn: (text) => mistakeIn({...answers, greeting: text}),
  })
  return {greeting}
}

async function askAfterwards(prompter: Prompter, {answers}: Asked): Promise<Answers> {
  const at = answers['passthru-at'] ?? (answers.passthru === undefined ? 'none' : 'both')
  const isChosen = at === 'after' || at === 'both'
  const afterwards = await prompter.choose({
    message: 'What happens after the bot?',
    choices: [
      {value: 'hangup', name: 'The call ends'},
      {
        value: 'connect',
        name: isChosen
          ? 'People take over where the Passthru answers 302, else the call ends'
          : 'People take over',
      },
    ],
    byDefault: 'hangup',
  })
  return {afterwards}
}

async function askConnectTo(prompter: Prompter): Promise<Answers> {
  const text = await prompter.write({
    message: 'Whom to connect to: numbers, users or groups, with commas (Enter: not known yet):',
  })
  return {'connect-to': listIn(text)}
}

async function askStatusCallback(prompter: Prompter, {answers}: Asked): Promise<Answers> {
  const callback = await prompter.write({
    message: 'URL that is told the end of the call (Enter: none):',
    mistakeIn: (text) => mistakeIn({...answers, 'status-callback': text}),
  })
  return {'status-callback': callback}
}

function listIn(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
