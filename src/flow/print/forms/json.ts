import {flowDocument} from '../../format/flow-writer.js'
import type {Printing, Render} from '../printing.js'
import {sheetOf} from '../sheet/sheet.js'

/** Everything that `text` shows, as data. */
export function printedDocument(printing: Printing): object {
  const {flow, title, ...rest} = sheetOf(printing)
  return {schemaVersion: 1, name: title, ...rest, flow: flowDocument(flow)}
}

export const renderJson: Render = (printing) =>
  `${escaped(JSON.stringify(printedDocument(printing), null, 2))}\n`

/** Marks that reorder a text, and control characters beyond ASCII, which JSON leaves as they are. */
function escaped(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
