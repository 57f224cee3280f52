import {diagram} from '../diagram.js'
import {LOG_NOTE} from '../sheet/log-lines.js'
import {code, codeInCell, inline, table} from './markdown-text.js'
import type {Render} from '../printing.js'
import type {AppletSettings} from '../settings/applet-settings.js'
import type {Check} from '../sheet/checks.js'
import type {SettingsField} from '../settings/field.js'
import type {PerCall} from '../sheet/per-call.js'
import type {Finding} from '../../finding.js'
import {FAULTS_TITLE, FIRST_TITLES, NAMING_WORDS, type Sheet, sheetOf} from '../sheet/sheet.js'

/** For a wiki or an issue: whatever comes from the flow is escaped. */
export const renderMarkdown: Render = (printing) => {
  const sheet = sheetOf(printing)
  const {applets, notInDashboard, perCall, lastClicks, checklist, logLines} = sheet
  const isApi = applets.some(({kind}) => kind === 'connect-voice-ai')
  const blocks = [
    `# ${inline(sheet.title)}`,
    ...firstBlocks(sheet),
    '## The way of a call',
    fenced(diagram(sheet.flow, {ascii: false, width: 100}).join('\n'), 'text'),
    ...stepBlocks('The first clicks', sheet.firstClicks),
    ...applets.flatMap(appletBlocks),
    '## Named by older guides, and not in the dashboard',
    table(
      ['Name', 'What does its work', 'In this file'],
      notInDashboard.map(({names, instead, inFile}) => [
        names.map(codeInCell).join(', '),
        inline(instead),
        inFile === undefined ? '' : inFile.map(codeInCell).join(', '),
      ]),
    ),
    ...(perCall ? perCallBlocks(perCall) : []),
    ...stepBlocks(isApi ? 'Then' : 'The last clicks', lastClicks),
    '## Check',
    ...checklist.map(checkBlock),
    '## What exostream serve logs on a good call',
    inline(LOG_NOTE),
    table(
      ['Line', 'Category', 'Means'],
      logLines.map(({message, category, means}) => [codeInCell(message), category, inline(means)]),
    ),
  ]
  return `${blocks.join('\n\n')}\n`
}

function firstBlocks({first, findings, publicHost, namingCommand}: Sheet): readonly string[] {
  return [
    ...(first.length === 0 ? [] : [`## ${FIRST_TITLES[publicHost]}`, ...first.map(inline)]),
    ...(namingCommand === undefined ? [] : [inline(NAMING_WORDS), fenced(namingCommand, 'sh')]),
    ...(findings.length === 0 ? [] : [`## ${FAULTS_TITLE}`, ...findings.flatMap(faultBlocks)]),
  ]
}

function faultBlocks({severity, id, summary, fix}: Finding): readonly string[] {
  const [sentence = '', ...others] = fix.split('\n')
  return [
    `**${severity}** ${code(id)}: ${inline(summary)}`,
    `Fix: ${inline(sentence)}`,
    ...(others.length === 0 ? [] : [fenced(others.join('\n'), 'text')]),
  ]
}

function stepBlocks(title: string, steps: readonly string[]): readonly string[] {
  if (steps.length === 0) return []
  return [`## ${title}`, steps.map((step, at) => `${String(at + 1)}. ${inline(step)}`).join('\n')]
}

function appletBlocks({name, note, fields}: AppletSettings): readonly string[] {
  return [
    `## ${inline(name)}`,
    ...(note === undefined ? [] : [inline(note)]),
    ...(fields.length === 0 ? [] : [table(['Field', 'What', 'Why'], fields.map(rowOf))]),
  ]
}

function rowOf({label, action, value, yours, why = []}: SettingsField): readonly string[] {
  const what = value === undefined ? action : `${action} ${codeInCell(value)}`
  const words = [...(yours === undefined ? [] : [yours]), ...why]
  return [inline(label), what, words.map(inline).join(' ')]
}

function perCallBlocks({words, dynamicUrl, answer, yours}: PerCall): readonly string[] {
  return [
    '## A URL for each call',
    ...words.map(inline),
    ...(dynamicUrl === undefined ? [] : [`Enter ${code(dynamicUrl)}`]),
    ...(answer === undefined
      ? []
      : [`It answers 200, with JSON, ${inline(yours ?? '')}:`, fenced(answer, 'json')]),
  ]
}

function checkBlock({text, command}: Check): string {
  const box = `- [ ] ${inline(text)}`
  return command === undefined ? box : `${box}\n\n${shifted(fenced(command, 'sh'))}`
}

/** Longer than any run of backticks within. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

function shifted(block: string): string {
  return block.replace(/^/gm, '  ')
}
