import type {findServe} from '../../../workspace.js'
import {type KnownOfServe, knownOfServe} from '../known-of-serve.js'
import type {Answers} from './answers.js'

/** What is known without asking: of the `exostream serve` of this folder, where one runs. */
export type Known = Partial<KnownOfServe> & {
  /** Where it is called on this machine. */
  readonly localUrl?: string
}

export function knownOf(serve: Awaited<ReturnType<typeof findServe>>): Known {
  return serve ? {...knownOfServe(serve), localUrl: serve.url} : {}
}

/** Whether the bot is called on this machine: behind a tunnel, or because it has no public URL yet. */
export function isHere(answers: Answers, known: Known): boolean {
  return answers.where === 'this-machine' || answers.url === undefined || isOfServe(answers, known)
}

/** Whether the URL is that of the serve; it is announced with a rate behind it. */
function isOfServe({url}: Answers, known: Known): boolean {
  return url !== undefined && url.replace(/\?.*$/s, '') === known.url
}

/** Where the serve answers a Passthru, of a bot that is this serve. */
export function passthruOfServe(answers: Answers, known: Known): string | undefined {
  return isOfServe(answers, known) ? known.passthru?.url : undefined
}

/** What nobody has said, and nobody is asked, as the serve has it. */
export function withServe(given: Answers, known: Known): Answers {
  const takesUrl = given.where === 'this-machine' && given.url === undefined
  const answers = takesUrl && known.url !== undefined ? {...given, url: known.url} : given
  const {'passthru-at': at = 'none', passthru: said, auth} = answers
  const passthru = at === 'none' ? said : (said ?? passthruOfServe(answers, known))
  const asksHere = known.asksCredentials === true && isHere(answers, known)
  return {
    ...answers,
    ...(passthru === undefined ? {} : {passthru}),
    ...(auth === undefined && asksHere ? {auth: 'basic'} : {}),
  }
}
