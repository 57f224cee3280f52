import type {Answers} from './answers.js'
import type {Known} from './of-serve.js'
import type {Prompter} from './prompter.js'
import {QUESTIONS} from './questions.js'

type Extent = {
  /** Only what has no default is asked. */
  readonly isShort: boolean
}

type Options = Extent & {
  readonly prompter: Prompter
  readonly known: Known
  /** Told after each answer, with all that is answered by then. */
  readonly onAnswer: (answers: Answers) => void
}

/** Asks what is not answered, and what no other answer has made pointless. */
export async function interview(
  given: Answers,
  {prompter, known, isShort, onAnswer}: Options,
): Promise<Answers> {
  let answers = given
  for (const question of QUESTIONS) {
    if (!openQuestions(answers, {isShort}).includes(question.answers)) continue
    answers = {...answers, ...(await question.ask(prompter, {answers, known}))}
    onAnswer(answers)
  }
  return answers
}

/** What would be asked now, by the names of the flags. */
export function openQuestions(answers: Answers, {isShort}: Extent): readonly (keyof Answers)[] {
  return QUESTIONS.filter(
    ({answers: name, isMoot, isRequired = false}) =>
      answers[name] === undefined && isMoot?.(answers) !== true && (isRequired || !isShort),
  ).map(({answers: name}) => name)
}
