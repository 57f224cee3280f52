import {symptomRows} from './catalogue/symptoms.js'
import {type Explanation, proof} from './explanation.js'
import {shown} from './pasted-text.js'

/** Longer is no sentence of a person's, but a log. */
const MOST_CHARACTERS = 300

/** What a person says of a call that goes wrong: the first row that fits, because its words are chosen loosely. */
export function explainSymptoms(text: string): readonly Explanation[] {
  if (text.length > MOST_CHARACTERS) return []
  for (const {id, words, check, source, isInferred = false, ...told} of symptomRows) {
    if (!words.test(text)) continue
    const {meaning, causes, fix} = told
    return [
      {
        ...{id, kind: 'symptom', text: shown(text)},
        ...{meaning, causes, fix, source, isInferred},
        ...(check === undefined ? {} : {check: proof(check)}),
      },
    ]
  }
  return []
}
