/** The layers of the tree, as ARCHITECTURE.md draws them: an import may only point downwards. */

const rooms = 'serve|simulate|doctor|flow'
const floors = 'stream|record|store|speech|report'
const pure = 'protocol|audio'
const leaves = 'workspace|yaml-document|nearest|clock|random|errors|log|mask|shell-word|version'

/** Packages by name, wherever they resolve to, and also where they are not installed. */
const packages = (names) => `(^|node_modules/)(@types/)?(${names})(/|$)`

const rule = (name, comment, from, to) => ({name, comment, severity: 'error', from, to})

module.exports = {
  forbidden: [
    rule(
      'no-circular',
      'Two files that need each other are one.',
      {path: '^src/'},
      {circular: true},
    ),
    rule(
      'imports-resolve',
      'What does not resolve is judged by no other rule.',
      {path: '^src/'},
      {couldNotResolve: true},
    ),
    rule(
      'pure-folders-stand-alone',
      'protocol/ and audio/ import, of ours, only their own folder.',
      {path: `^src/(${pure})/`},
      {path: '^src/', pathNot: '^src/$1/'},
    ),
    rule(
      'pure-folders-do-no-io',
      'protocol/ and audio/ take bytes and give bytes; Node is not needed for that.',
      {path: `^src/(${pure})/`},
      {dependencyTypes: ['core']},
    ),
    rule(
      'rooms-do-not-meet',
      'What two rooms both need moves down a floor, or is written twice.',
      {path: `^src/(${rooms})/`},
      {path: `^src/(${rooms})/`, pathNot: '^src/$1/'},
    ),
    rule(
      'floors-do-not-meet',
      'A room puts two floors together; they do not know each other.',
      {path: `^src/(${floors})/`},
      {path: `^src/(${floors})/`, pathNot: '^src/$1/'},
    ),
    rule(
      'floors-know-no-room',
      'Imports point downwards: a floor is used by rooms.',
      {path: `^src/(${floors})/`},
      {path: `^src/(${rooms})/`},
    ),
    rule(
      'only-doors-know-cli',
      'Rooms and floors return values; only a command shows them.',
      {path: '^src/', pathNot: '^src/(commands|cli)/'},
      {path: '^src/cli/'},
    ),
    rule(
      'doors-are-not-imported',
      'A command and the library entry are where a user comes in; nothing inside leans on them.',
      {path: '^src/'},
      {path: '^src/(commands/|index\\.ts$)'},
    ),
    rule(
      'joints-are-not-imported',
      'Where two rooms are joined is for the doors alone; a run may ask for its target, and that for its time.',
      {
        path: '^src/',
        pathNot: '^src/(commands/|(index|simulation|load|target|place-call|examination)\\.ts$)',
      },
      {path: '^src/(simulation|flow-simulation|load|target|virtual|place-call|examination)\\.ts$'},
    ),
    rule(
      'leaves-import-nothing-of-ours',
      'A leaf stands alone; the workspace may report its failures, what is logged is masked, and YAML knows a slip.',
      {path: `^src/(${leaves})\\.ts$`},
      {path: '^src/', pathNot: '^src/(errors|mask|nearest)\\.ts$'},
    ),
    rule(
      'only-workspace-throws-among-leaves',
      'A leaf stands alone; the workspace may report its failures.',
      {path: `^src/(${leaves})\\.ts$`, pathNot: '^src/workspace\\.ts$'},
      {path: '^src/errors\\.ts$'},
    ),
    rule(
      'only-doors-know-the-terminal',
      'oclif, prompts, colour and task lists live in commands/ and cli/.',
      {path: '^src/', pathNot: '^src/(commands|cli)/'},
      {path: packages('@oclif|@inquirer|inquirer|chalk|listr2|cli-table3')},
    ),
    rule(
      'network-only-where-it-belongs',
      'Sockets are opened in stream/, serve/, doctor/ and speech/.',
      {path: '^src/', pathNot: '^src/(stream|serve|doctor|speech)/'},
      {path: ['^(node:)?(net|tls|dns|dgram|http|https|http2)(/|$)', packages('ws')]},
    ),
    rule(
      'dashboard-takes-types-of-serve',
      'The dashboard runs in a browser: of serve/ it may know the types.',
      {path: '^src/serve/dashboard/'},
      {path: '^src/serve/', pathNot: '^src/serve/dashboard/', dependencyTypesNot: ['type-only']},
    ),
    rule(
      'dashboard-takes-nothing-else',
      'The dashboard runs in a browser: of the rest of the tree it knows nothing.',
      {path: '^src/serve/dashboard/'},
      {path: '^src/', pathNot: '^src/serve/'},
    ),
    rule(
      'src-never-imports-test',
      'What is published does not lean on what is not.',
      {path: '^src/'},
      {path: '^test/'},
    ),
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.json'},
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
