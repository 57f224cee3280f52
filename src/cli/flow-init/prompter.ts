import {withoutControls} from '../../mask.js'
import {wrap} from '../../report/text/cells.js'
import type {Look} from '../../report/text/look.js'

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
  const theme = themeOf(look)
  // Inquirer itself breaks a line within a word.
  const whole = (text: string) => wrap(text, look.width - MARK_CELLS).join('\n')
  return {
    async choose({message, choices, byDefault}) {
      const shown = choices.map(({value, name}) => ({
        ...{value, short: name},
        name: whole(name).replaceAll('\n', `\n${' '.repeat(MARK_CELLS)}`),
      }))
      const {answer} = await prompt<{answer: string}>([
        {
          ...{type: 'select', name: 'answer', message: whole(message), choices: shown},
          ...{default: byDefault, loop: false, theme},
        },
      ])
      return choices.find(({value}) => value === answer)?.value ?? byDefault
    },
    async write({message, byDefault = '', mistakeIn}) {
      const validate = async (text: string) => {
        const mistake = await mistakeIn?.(text.trim())
        return mistake === undefined || whole(withoutControls(mistake))
      }
      const {answer} = await prompt<{answer: string}>([
        {
          ...{type: 'input', name: 'answer', message: whole(message)},
          ...{default: byDefault, validate, theme},
        },
      ])
      return answer.trim()
    },
    async confirm(message) {
      const {answer} = await prompt<{answer: boolean}>([
        {type: 'confirm', name: 'answer', message: whole(message), default: false, theme},
      ])
      return answer
    },
  }
}

/** Our own colours, because inquirer's look at stdout; and no character that a plain terminal lacks. */
function themeOf({paint}: Look) {
  return {
    prefix: {idle: paint.warn('?'), done: paint.dim('-')},
    icon: {cursor: '>'},
    style: {
      message: paint.bold,
      answer: paint.caller,
      highlight: paint.caller,
      defaultAnswer: (text: string) => paint.dim(`(${text})`),
      error: (text: string) => paint.bad(text),
      keysHelpTip: () => paint.dim('arrow keys and Enter; Esc leaves'),
    },
  }
}
