import type {Check} from '../check.js'
import {credentialsCheck} from './credentials.js'
import {dynamicAnswerCheck} from './dynamic-answer.js'
import {openTimeCheck} from './open-time.js'
import {passthruAnswerCheck} from './passthru-answer.js'
import {upgradeCheck} from './upgrade.js'

export const answerChecks: readonly Check[] = [
  dynamicAnswerCheck,
  openTimeCheck,
  credentialsCheck,
  upgradeCheck,
  passthruAnswerCheck,
]
