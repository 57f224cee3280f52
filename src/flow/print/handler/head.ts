import type {Asks} from './asks.js'

type Program = {
  readonly comment: '//' | '#'
  readonly file: string
  readonly command: string
  readonly needs: string
}

/** The comments that stand first: what it is, how it is run, and what it lacks. */
export function headOf(
  {flowName, bot: {why}}: Asks,
  {comment, file, command, needs}: Program,
): readonly string[] {
  const isLacking = why !== undefined
  return [
    ...(isLacking
      ? [
          why,
          'STREAM_URL in the environment has to hold the wss:// URL of the bot; without it, this does not start.',
          '',
        ]
      : []),
    `What Exotel asks over HTTP in "${flowName}": Passthru and dynamic URL. Save as ${file}, then:`,
    `  ${isLacking ? 'STREAM_URL=wss://... ' : ''}${command}    (${needs}; nothing to install)`,
    'It speaks plain HTTP, and to this machine alone: nginx or a tunnel before it has the TLS and the',
    'public name. In a container, HOST=0.0.0.0 lets them in.',
  ].map((line) => `${comment} ${line}`.trimEnd())
}

/** What does not differ from flow to flow, but for the names of the bot's credentials. */
export function bodyOf({bot: {credentials}}: Asks, body: string): readonly string[] {
  const names = credentials
    ? `${credentials.keyVariable} and ${credentials.tokenVariable}`
    : 'The credentials'
  return body.replace('KEY_AND_TOKEN', names).split('\n')
}
