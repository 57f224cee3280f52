import {diagram} from './diagram.js'
import {LOG_NOTE} from './log-lines.js'
import {code, codeInCell, inline, table} from './markdown-text.js'
import type {Render} from './printing.js'
import type {AppletSettings} from './settings.js'
import type {Check} from './settings/checks.js'
import type {SettingsField} from './settings/field.js'
import type {PerCall} from './settings/per-call.js'
import {FIRST_TITLES, NAMING_COMMAND, type Sheet, sheetOf} from './settings/sheet.js'

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
    isApi ? '## Then' : '## The last clicks',
    lastClicks.map((step, at) => `${String(at + 1)}. ${inline(step)}`).join('\n'),
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

function firstBlocks({first, publicHost}: Sheet): readonly string[] {
  if (first.length === 0) return []
  return [
    `## ${FIRST_TITLES[publicHost]}`,
    ...first.map(inline),
    ...(publicHost === 'known'
      ? []
      : [
          'Give it one, for example by a tunnel, then print this again:',
          fenced(NAMING_COMMAND, 'sh'),
        ]),
  ]
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
