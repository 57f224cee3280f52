import {maskUserinfo} from '../../mask.js'
import {masked} from '../../stream/exotel/stream-url.js'
import {type FlagShape, SECRET_SETTINGS, settingShapes} from './config-schema.js'
import type {Settled} from './settings.js'

const HEAD = [
  '# The settings in force, as "exostream serve" reads them from exostream.config.yaml.',
  '# A flag comes before its variable, a variable before this file; what is commented out is the default.',
  'serve:',
]

/** A file that says what is in force; read again, it sets the same, secrets apart. */
export function printConfig({settings, given}: Pick<Settled, 'settings' | 'given'>): string {
  const values: Readonly<Record<string, unknown>> = settings
  const groups = [...new Set(settingShapes.map(([, {helpGroup}]) => helpGroup))]
  const lines = groups.flatMap((group) => [
    '',
    `  # ${group ?? ''}`,
    ...settingShapes
      .filter(([, {helpGroup}]) => helpGroup === group)
      .flatMap(([name, shape]) => [
        `  # ${commentOf(shape)}`,
        `  ${settingLine(name, shape, given.has(name) ? values[name] : undefined)}`,
      ]),
  ])
  return [...HEAD, ...lines, ...ruleLines(settings['passthru-rules']), ''].join('\n')
}

/** The same as data; a secret is there, and hidden. */
export function settingsDocument({settings}: Pick<Settled, 'settings'>): object {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, isSecret(name, value) ? '***' : value]),
  )
}

/** The variable once, where the description does not name it itself. */
function commentOf({description = '', env = ''}: FlagShape): string {
  return description.includes(env) ? description : `${description}; ${env}`
}

/** What is printed would serve without them: whoever uses it has to know. */
export function secretsNote({settings}: Pick<Settled, 'settings'>): readonly string[] {
  const kept = SECRET_SETTINGS.filter((name) => Object.hasOwn(settings, name))
  if (kept.length === 0) return []
  return [`Not printed, because it is secret: ${kept.join(', ')}. Give it by its variable.`]
}

function settingLine(name: string, shape: FlagShape, set: unknown): string {
  if (set === undefined) return commented(name, shape.default)
  if (!isSecret(name, set)) return `${name}: ${JSON.stringify(set)}`
  return `# ${name}: is set, and not shown; keep it in ${shape.env ?? ''}`
}

function commented(name: string, value: unknown): string {
  return value === undefined ? `# ${name}:` : `# ${name}: ${JSON.stringify(value)}`
}

/** A URL is one as well when there are credentials in it. */
function isSecret(name: string, value: unknown): boolean {
  if (SECRET_SETTINGS.includes(name)) return true
  return typeof value === 'string' && maskUserinfo(masked(value)) !== value
}

function ruleLines(rules: Settled['settings']['passthru-rules']): readonly string[] {
  const comment =
    '  # how a Passthru is answered, the first that fits; 200 where none does; in this file only'
  if (rules.length === 0) {
    return ['', comment, `  # passthru-rules: [{"when": {"digits": "1"}, "answer": 302}]`]
  }
  return ['', comment, '  passthru-rules:', ...rules.map((rule) => `    - ${JSON.stringify(rule)}`)]
}
