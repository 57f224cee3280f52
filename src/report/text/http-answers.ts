import type {HttpAnswer, PassthruAnswer} from '../report.js'
import {inMs} from './units.js'

/** Such as `Passthru GET flat: 200, branch A, in 12 ms`. */
export function passthruLine({form, status, branch, tookMs}: PassthruAnswer): string {
  const way = branch === undefined ? '' : `, branch ${branch}`
  return `Passthru GET ${form}: ${answerOf(status)}${way}, in ${inMs(tookMs)}`
}

export function dynamicUrlLine({status, tookMs}: HttpAnswer): string {
  return `Dynamic URL: ${answerOf(status)}, in ${inMs(tookMs)}`
}

function answerOf(status: number | undefined): string {
  return status === undefined ? 'no answer' : String(status)
}
