import {hang, wrap} from '../../report/text/cells.js'
import type {Look} from '../../report/text/look.js'
import type {ExplainReport} from './explain.js'
import type {Explanation} from './explanation.js'

/** For a person at a terminal. */
export function renderExplanations({explanations}: ExplainReport, look: Look): string {
  if (explanations.length === 0) return notKnown(look)
  const blocks = explanations.map((one) => block(one, look).join('\n'))
  return blocks.join(`\n\n${look.paint.dim((look.ascii ? '-' : '─').repeat(look.width))}\n\n`)
}

function block(explanation: Explanation, look: Look): readonly string[] {
  const {text, meaning, causes, fix, check, source, isInferred} = explanation
  const {paint, width} = look
  const inferred = isInferred ? "; inferred: Exotel's own text for it is not public" : ''
  return [
    ...wrap(text, width).map((line) => paint.bold(line)),
    '',
    ...wrap(meaning, width),
    '',
    ...causesOf(causes, width),
    'Fix',
    ...fixLines(fix, width),
    '',
    ...(check === undefined ? [] : [`To prove it (check ${check.id})`, `  ${check.command}`, '']),
    ...hang('Source: ', source + inferred, width).map((line) => paint.dim(line)),
  ]
}

function causesOf(causes: readonly string[], width: number): readonly string[] {
  if (causes.length === 0) return []
  const lines = causes.flatMap((cause, at) => hang(`  ${String(at + 1)}. `, cause, width))
  return ['Likely causes', ...lines, '']
}

/** The prose is wrapped; commands stay as they are, to be copied. */
function fixLines(fix: string, width: number): readonly string[] {
  const [prose = '', ...commands] = fix.split('\n')
  return [...hang('  ', prose, width), ...commands.map((command) => `    ${command}`)]
}

function notKnown({width}: Look): string {
  return [
    ...wrap(
      'This text is not known: it holds no error of Exotel, close code, Passthru member, HTTP status, code of exostream, or symptom such as "no audio".',
      width,
    ),
    '',
    'Let doctor try the way to the bot step by step:',
    '  exostream doctor URL',
  ].join('\n')
}
