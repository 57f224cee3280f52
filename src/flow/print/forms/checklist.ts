import type {Finding} from '../../finding.js'
import type {Render} from '../printing.js'
import type {AppletSettings} from '../settings/applet-settings.js'
import type {SettingsField} from '../settings/field.js'
import type {Check} from '../sheet/checks.js'
import {FAULTS_TITLE, FIRST_TITLES, NAMING_WORDS, type Sheet, sheetOf} from '../sheet/sheet.js'
import {bare, code} from './markdown-text.js'

/** Only what is left to click and to look at, as boxes to tick: for a ticket, and to be read as it is. */
export const renderChecklist: Render = (printing) => {
  const sheet = sheetOf(printing)
  const {title, findings, firstClicks, applets, lastClicks, checklist, logLines} = sheet
  const clicks = [
    ...firstClicks.map((step) => box(bare(step))),
    ...applets.flatMap(clicksOf),
    ...lastClicks.map((step) => box(bare(step))),
  ]
  const sections = [
    {title: FIRST_TITLES[sheet.publicHost], lines: firstLines(sheet)},
    {title: FAULTS_TITLE, lines: findings.flatMap(faultLines)},
    {title: 'Clicks', lines: clicks},
    {title: 'Checks', lines: checklist.flatMap(checkLines)},
    {
      title: 'The lines of a good call',
      lines: logLines.map(({message}, at) => `${String(at + 1)}. ${message}`),
    },
  ]
  const drawn = sections
    .filter(({lines}) => lines.length > 0)
    .map((section) => `\n## ${section.title}\n\n${section.lines.join('\n')}`)
  return `${[`# ${bare(title)}`, ...drawn]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

function firstLines({first, namingCommand}: Sheet): readonly string[] {
  const told = first.map((words) => `${bare(words)}\n`)
  return namingCommand === undefined ? told : [...told, ...boxed(NAMING_WORDS, namingCommand)]
}

function faultLines({severity, id, summary, fix}: Finding): readonly string[] {
  const [sentence = '', ...others] = fix.split('\n')
  const words = `${severity} ${id}: ${bare(summary)} Fix: ${bare(sentence)}`
  return others.length === 0 ? [box(words)] : boxed(words, others.join('\n      '))
}

function checkLines({text, command}: Check): readonly string[] {
  return command === undefined ? [box(bare(text))] : boxed(bare(text), command)
}

/** A box for the applet itself, and one for each of its fields. */
function clicksOf({name, fields, kind}: AppletSettings): readonly string[] {
  const placed = kind === 'connect-voice-ai' ? [] : [box(`${bare(name)} is there.`)]
  return [...placed, ...fields.map((field) => box(`${bare(name)}, ${clickOf(field)}`))]
}

function clickOf({label, action, value, yours, why = []}: SettingsField): string {
  const what = value === undefined ? action : `${action} ${code(value)}`
  const words = action === 'yours to fill in' ? why : [yours ?? '']
  return [`${bare(label)}: ${what}`, ...words.filter(Boolean).map(bare)].join('. ')
}

function box(words: string): string {
  return `- [ ] ${words}`
}

function boxed(words: string, command: string): readonly string[] {
  return [box(words), '', `      ${command}`, '']
}
