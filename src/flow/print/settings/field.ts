import type {Flow, Next} from '../../flow.js'
import {appletOf} from '../../graph.js'
import {nameOf} from '../diagram.js'

/** One field of an applet, or of an API call, in the words of the public pages. */
export type SettingsField = {
  readonly label: string
  readonly action:
    | 'enter'
    | 'choose'
    | 'tick'
    | 'leave unticked'
    | 'leave empty'
    | 'leave out'
    /** There is no value to print: `why` says what belongs there. */
    | 'yours to fill in'
  /** Exactly what is entered or chosen, save for what `yours` names. */
  readonly value?: string
  /** What in the value has to be replaced by the user's own, in words. */
  readonly yours?: string
  readonly why?: readonly string[]
}

/** The applet that follows, or none where the call ends. */
export function nextField(flow: Flow, next: Next, label = 'Next applet'): SettingsField {
  const applet = appletOf(flow, next)
  return applet
    ? {label, action: 'choose', value: nameOf(applet)}
    : {label, action: 'leave empty', why: ['The call ends here.']}
}

/** A box that is ticked or not. */
export function tickField(label: string, isTicked: boolean, why?: string): SettingsField {
  return {
    label,
    action: isTicked ? 'tick' : 'leave unticked',
    ...(why === undefined ? {} : {why: [why]}),
  }
}
