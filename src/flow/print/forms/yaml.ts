import {writeFlow} from '../../format/flow-writer.js'
import type {Render} from '../printing.js'
import {hiddenOf} from '../settings/printable-flow.js'
import {faultLine} from '../sheet/faults.js'
import {sheetOf} from '../sheet/sheet.js'

/** The file of the flow, for `flow check` and `simulate --flow`. */
export const renderYaml: Render = (printing) => {
  const {flow, first, findings, publicHost} = sheetOf(printing)
  const hidden = hiddenOf(flow)
  const comments = [
    ...(publicHost === 'missing' ? ['The public host is not known yet.'] : []),
    ...first,
    ...findings.map(faultLine),
    ...(hidden.length === 0
      ? []
      : [
          `Put your own value of ${hidden.join(', ')} in the place of ***; it is not printed here.`,
        ]),
  ]
  return [...comments.map((words) => `# ${words}\n`), writeFlow(flow)].join('')
}
