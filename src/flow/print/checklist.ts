import {code, inline} from './markdown-text.js'
import type {Render} from './printing.js'
import type {AppletSettings} from './settings.js'
import type {SettingsField} from './settings/field.js'
import {FIRST_TITLES, NAMING_COMMAND, sheetOf} from './settings/sheet.js'

/** Only what is left to click and to look at, as boxes to tick: valid Markdown, for a ticket. */
export const renderChecklist: Render = (printing) => {
  const {title, publicHost, first, applets, lastClicks, checklist} = sheetOf(printing)
  const entering = applets.flatMap(clicksOf)
  const boxes = [...entering, ...lastClicks.map((step) => box(inline(step)))]
  const checks = checklist.map(({text, command}) =>
    command === undefined ? box(inline(text)) : `${box(inline(text))}\n\n      ${command}\n`,
  )
  const told = first.map((words) => `${inline(words)}\n`)
  const name = publicHost === 'missing' ? box(`A public host: ${code(NAMING_COMMAND)}`) : undefined
  return [
    `# ${inline(title)}`,
    '',
    ...(first.length === 0 ? [] : [`## ${FIRST_TITLES[publicHost]}`, '', ...told]),
    ...(name === undefined ? [] : [name, '']),
    '## Clicks',
    '',
    ...boxes,
    '',
    '## Checks',
    '',
    ...checks,
    '',
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n+$/, '\n')
}

/** A box for the applet itself, and one for each of its fields. */
function clicksOf({name, fields}: AppletSettings): readonly string[] {
  const placed = box(`${inline(name)} is there.`)
  return [placed, ...fields.map((field) => box(`${inline(name)}, ${clickOf(field)}`))]
}

function clickOf({label, action, value, yours}: SettingsField): string {
  const what = value === undefined ? action : `${action} ${code(value)}`
  return `${inline(label)}: ${what}${yours === undefined ? '' : `. ${inline(yours)}`}`
}

function box(markdown: string): string {
  return `- [ ] ${markdown}`
}
