import {PassThrough, Writable} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'

/** What to wait for on the screen, and which keys to press then. */
export type Step = readonly [text: string, keys: string]

/** A terminal with a person at it, who presses keys when a text is shown; in the order of the steps. */
export function aTerminal(steps: readonly Step[], {columns = 80} = {}) {
  const open = [...steps]
  const input = Object.assign(new PassThrough(), {isTTY: true})
  let seen = ''
  let answered = 0
  const output = new Writable({
    decodeStrings: false,
    write(part: string, _, done) {
      seen += stripVTControlCharacters(part)
      const [text, keys] = open[0] ?? []
      if (text !== undefined && seen.slice(answered).includes(text)) {
        open.shift()
        answered = seen.length
        // Behind the listener that the question adds when it has been drawn.
        setImmediate(() => input.write(keys))
      }
      done()
    },
  })
  return {
    stdin: input,
    // As stderr is: inquirer ends every other stream behind a question.
    stderr: Object.assign(output, {isTTY: true, columns, _isStdio: true}),
    env: {NO_COLOR: '1'},
    seen: () => seen,
    /** What was waited for in vain. */
    unasked: () => open.map(([text]) => text),
  }
}

export const ENTER = '\r'
export const DOWN = '\u001b[B'
export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'
export const ESCAPE = '\u001b'
/** Erases the line. */
export const CTRL_U = '\u0015'
