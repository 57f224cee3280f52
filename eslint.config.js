import comments from '@eslint-community/eslint-plugin-eslint-comments/configs'
import {defineConfig, globalIgnores} from 'eslint/config'
import tseslint from 'typescript-eslint'

const ROOMS_AND_FLOORS =
  'src/{serve,simulate,doctor,flow,stream,record,report,store,speech,protocol,audio}/**/*.ts'

const TAKE_THE_CLOCK = 'Take the clock as an argument: see src/clock.ts.'
const TAKE_THE_RANDOM = 'Take the chance as an argument: see src/random.ts.'

const noExportAll = {
  selector: 'ExportAllDeclaration',
  message: 'Name what you export: a barrel hides where things are.',
}
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Only a command has a default export, because oclif asks for it.',
}
const noWallClock = {
  selector:
    'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
  message: TAKE_THE_CLOCK,
}
const timers = ['setTimeout', 'setInterval']
const globalObjects = ['globalThis', 'global']

const noExit = {object: 'process', property: 'exit', message: 'Set process.exitCode, or throw.'}
const noExitImport = {
  name: 'node:process',
  importNames: ['exit'],
  message: 'Set process.exitCode, or throw.',
}

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.results/', 'fixtures/']),
  {linterOptions: {reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error'}},
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  comments.recommended,
  {
    name: 'everywhere',
    languageOptions: {
      parserOptions: {project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname},
    },
    rules: {
      eqeqeq: 'error',
      'object-shorthand': 'error',
      '@eslint-community/eslint-comments/require-description': 'error',
      '@eslint-community/eslint-comments/disable-enable-pair': ['error', {allowWholeFile: true}],
      '@typescript-eslint/ban-ts-comment': ['error', {minimumDescriptionLength: 10}],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        {ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true},
      ],
      // What is taken out of an object by name, to leave it out of the rest.
      '@typescript-eslint/no-unused-vars': ['error', {ignoreRestSiblings: true}],
      // A string is spread into code points, which is what we want of it.
      '@typescript-eslint/no-misused-spread': ['error', {allow: ['string']}],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        {allowConstantLoopConditions: 'only-allowed-literals'},
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {requireDefaultForNonUnion: true, considerDefaultExhaustiveForUnions: true},
      ],
    },
  },
  {
    name: 'the measure of a file',
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', {max: 300}],
      'max-depth': ['error', 3],
      'max-params': ['error', 3],
      complexity: ['error', 12],
    },
  },
  {
    name: 'what no source file does',
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', noExit],
      'no-restricted-imports': ['error', {paths: [noExitImport]}],
      'no-restricted-syntax': ['error', noExportAll, noDefaultExport],
    },
  },
  {
    name: 'the world comes by argument',
    files: [ROOMS_AND_FLOORS],
    rules: {
      'no-restricted-globals': [
        'error',
        ...timers.map((name) => ({name, message: TAKE_THE_CLOCK})),
      ],
      'no-restricted-properties': [
        'error',
        noExit,
        {object: 'Date', property: 'now', message: TAKE_THE_CLOCK},
        {object: 'performance', property: 'now', message: TAKE_THE_CLOCK},
        {object: 'process', property: 'hrtime', message: TAKE_THE_CLOCK},
        {object: 'Math', property: 'random', message: TAKE_THE_RANDOM},
        ...globalObjects.flatMap((object) =>
          timers.map((property) => ({object, property, message: TAKE_THE_CLOCK})),
        ),
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            noExitImport,
            ...['node:timers', 'node:timers/promises', 'timers', 'timers/promises'].map((name) => ({
              name,
              importNames: [...timers, 'scheduler'],
              message: TAKE_THE_CLOCK,
            })),
          ],
        },
      ],
      'no-restricted-syntax': ['error', noExportAll, noDefaultExport, noWallClock],
    },
  },
  {
    name: 'doors: oclif loads the default export of a file',
    files: ['src/commands/**/*.ts', 'src/hooks/**/*.ts'],
    rules: {'no-restricted-syntax': ['error', noExportAll]},
  },
  {
    name: 'the one place that writes to stdout and stderr',
    files: ['src/cli/output.ts'],
    rules: {'no-console': 'off'},
  },
  {
    name: 'tests: faulty things are planted on purpose',
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    name: 'plain JavaScript under the type check, where a cast of JSON.parse is a comment',
    files: ['.ci/*.mjs'],
    rules: {'@typescript-eslint/no-unsafe-assignment': 'off'},
  },
  {
    name: 'plain JavaScript outside the type check',
    files: ['bin/**/*.js', 'test/**/*.{js,mjs,cjs}', '*.js', '*.cjs', '.*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    name: 'CommonJS, because dependency-cruiser loads it so',
    files: ['**/*.cjs', '**/.*.cjs'],
    languageOptions: {globals: {module: 'writable', require: 'readonly'}},
    rules: {'@typescript-eslint/no-require-imports': 'off'},
  },
)
