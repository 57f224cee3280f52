import {withoutControls} from '../../../mask.js'
import {cellWidth, wrap} from '../../../report/text/cells.js'
import type {Look} from '../../../report/text/look.js'

type Choice<T extends string> = {readonly value: T; readonly name: string}

/** How a person is asked. */
export type Prompter = {
  choose<T extends string>(question: {
    readonly message: string
    readonly choices: readonly Choice<T>[]
    readonly byDefault: T
  }): Promise<T>
  /** `mistakeIn` tells in one sentence why a text will not do. */
  write(question: {
    readonly message: string
    readonly byDefault?: string
    readonly mistakeIn?: (text: string) => string | undefined | Promise<string | undefined>
  }): Promise<string>
  /** The default is no. */
  confirm(message: string): Promise<boolean>
}

type Terminal = {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  /** How `output` looks. */
  readonly look: Look
  /** Ends a question that waits. */
  readonly signal: AbortSignal
}

/** The mark before a question or a choice, and the space behind it. */
const MARK_CELLS = 2

/** Asks by `inquirer`, which is loaded here: it must never be met without a terminal, where it waits for ever. */
export async function createPrompter({look, ...terminal}: Terminal): Promise<Prompter> {
  const {createPromptModule} = await import('inquirer')
  const prompt = createPromptModule(terminal)
  const ask = async (question: Asked): Promise<unknown> => {
    const message = whole(question.message, look)
    const theme = themeOf(look, message)
    const {answer} = await prompt<{answer: unknown}>([
      {...question, name: 'answer', message, theme},
    ])
    return answer
  }
  return {
    async choose({message, choices, byDefault}) {
      const shown = choices.map(({value, name}) => ({
        ...{value, short: name},
        name: whole(name, look).replaceAll('\n', `\n${INDENT}`),
      }))
      const about = {message, choices: shown, default: byDefault, loop: false}
      const answer = await ask({type: 'select', ...about})
      return choices.find(({value}) => value === answer)?.value ?? byDefault
    },
    async write({message, byDefault = '', mistakeIn}) {
      const validate = async (text: string) => {
        const mistake = await mistakeIn?.(text.trim())
        return mistake === undefined || whole(mistake, look)
      }
      const answer = await ask({type: 'input', message, default: byDefault, validate})
      return String(answer).trim()
    },
    confirm: async (message) => (await ask({type: 'confirm', message, default: false})) === true,
  }
}

type Asked =
  | {
      readonly type: 'select'
      readonly message: string
      readonly choices: readonly {readonly value: string; readonly name: string}[]
      readonly default: string
      readonly loop: boolean
    }
  | {
      readonly type: 'input'
      readonly message: string
      readonly default: string
      readonly validate: (text: string) => Promise<true | string>
    }
  | {readonly type: 'confirm'; readonly message: string; readonly default: boolean}

const INDENT = ' '.repeat(MARK_CELLS)

/** Each line broken between words, because inquirer breaks within one. */
function whole(text: string, {width}: Look): string {
  const lines = text.split('\n').map(withoutControls)
  return lines.flatMap((line) => wrap(line, width - MARK_CELLS)).join('\n')
}

/** On a line of its own where the last one of the question has no room for it. */
function behind(message: string, text: string, look: Look): string {
  const lines = message.split('\n')
  const taken = cellWidth(lines.at(-1) ?? '') + (lines.length === 1 ? MARK_CELLS : 0)
  if (taken + 1 + cellWidth(text) < look.width) return text
  return `\n${INDENT}${whole(text, look).replaceAll('\n', `\n${INDENT}`)}`
}

/** Our own colours, because inquirer's look at stdout; and no character that a plain terminal lacks. */
function themeOf(look: Look, message: string) {
  const {paint} = look
  return {
    prefix: {idle: paint.warn('?'), done: paint.dim('-')},
    icon: {cursor: '>'},
    style: {
      message: paint.bold,
      answer: (text: string) => paint.caller(behind(message, text, look)),
      highlight: paint.caller,
      defaultAnswer: (text: string) => paint.dim(behind(message, `(${text})`, look)),
      error: (text: string) => paint.bad(text),
      keysHelpTip: () => paint.dim('arrow keys and Enter; Esc leaves'),
    },
  }
}
