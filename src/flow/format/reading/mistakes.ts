import {isSecretName, maskSecrets, withoutControls} from '../../../mask.js'
import {describeMistakes, type Mistake, TOO_DEEP} from '../../../yaml-document.js'

export type Mistakes = readonly Mistake[]

const MOST_TOLD = 20
const MOST_CHARACTERS = 300

/** The mistakes one a line, fit for a terminal: not endless, without escapes, and without secrets. */
export function told(file: string, mistakes: Mistakes): string {
  const lines = describeMistakes(withoutControls(file), mistakes.map(safe)).split('\n')
  const different = [...new Set(lines)]
  const others = different.length - MOST_TOLD
  const more = others > 0 ? [`and ${String(others)} more`] : []
  return [...different.slice(0, MOST_TOLD), ...more].join('\n')
}

/** Of the parser, what means nothing to who has written the file. */
const IN_PLAIN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/maximum call stack/, TOO_DEEP],
  [/multiple documents/, 'expected one flow a file, without a line of ---'],
  [/excessive alias count/, 'expected fewer aliases'],
]

function safe({path, problem, ...place}: Mistake): Mistake {
  return {...place, path: bounded(path), problem: bounded(plain(path, problem))}
}

function plain(path: string, problem: string): string {
  const better = IN_PLAIN_WORDS.find(([said]) => said.test(problem))
  if (better) return better[1]
  const [, last = ''] = /([^.[\]]*)\]?$/.exec(path) ?? []
  // What stands where a secret may be is not repeated.
  return isSecretName(last) ? problem.replace(/, not (?!a list|a mapping)[^;]*$/s, '') : problem
}

function bounded(text: string): string {
  const plainText = maskSecrets(withoutControls(text))
  return plainText.length > MOST_CHARACTERS
    ? `${plainText.slice(0, MOST_CHARACTERS)}...`
    : plainText
}
