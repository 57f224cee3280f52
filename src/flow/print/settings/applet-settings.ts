import type {Applet, AppletKind} from '../../flow.js'
import {nameOf} from '../diagram.js'
import type {Printing} from '../printing.js'
import {fieldsOf, noteOf} from './applet-fields.js'
import type {SettingsField} from './field.js'
import {printableFlow} from './printable-flow.js'
import {urlShape} from './url-field.js'

export type AppletSettings = {
  readonly id: string
  readonly kind: AppletKind
  /** As the flow calls it: `Passthru (before)`. */
  readonly name: string
  readonly note?: string
  readonly fields: readonly SettingsField[]
}

/** The applets in the order of the flow, each field as the public pages name it. */
export function settingsOf({
  flow,
  localUrl,
}: Pick<Printing, 'flow' | 'localUrl'>): readonly AppletSettings[] {
  const {flow: shown, unusable: missing} = printableFlow(flow)
  const unusable = missing.map((one) => ({...one, shape: urlShape(one.applet, localUrl)}))
  const isOf =
    ({id}: Applet) =>
    ({applet}: {readonly applet: Applet}) =>
      applet.id === id
  return shown.applets.map((applet) => {
    const {id, kind} = applet
    const note = noteOf(applet, shown)
    return {
      id,
      kind,
      name: nameOf(applet),
      ...(note === undefined ? {} : {note}),
      fields: fieldsOf(applet, shown, unusable.filter(isOf(applet))),
    }
  })
}
