import type {Applet, AppletKind} from '../flow.js'
import {nameOf} from './diagram.js'
import type {Printing} from './printing.js'
import {fieldsOf, noteOf} from './settings/applet-fields.js'
import type {SettingsField} from './settings/field.js'
import {printableFlow} from './settings/printable-flow.js'

export type AppletSettings = {
  readonly id: string
  readonly kind: AppletKind
  /** As the flow calls it: `Passthru (before)`. */
  readonly name: string
  readonly note?: string
  readonly fields: readonly SettingsField[]
}

/** The applets in the order of the flow, each field as the public pages name it. */
export function settingsOf({flow}: Pick<Printing, 'flow'>): readonly AppletSettings[] {
  const {flow: shown, unusable} = printableFlow(flow)
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
