import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettierRecommended from 'eslint-plugin-prettier/recommended';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom (arrow = is imported by):
 *
 *   document <- lib <- views <- {renderer, history} <- index
 *   document <- profiles <- {collect, heat, history} <- index
 *   document <- lib <- views <- live <- index
 *   runner <- commands <- index
 *   {views, history, runner} <- report <- index
 *   {heat, runner} <- scripts <- index
 *   views <- processes <- index
 *
 * `tokens` may be imported by everyone, `index` by no one. Each entry names a layer,
 * a file or a folder, files that belong to it, and the modules of `src/` and the
 * packages that it must not know.
 */
const LAYERS = [
  {
    layer: 'lib',
    modules: [
      'views',
      'renderer',
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'live',
      'neighbours',
      'history',
      'report'
    ],
    packages: [
      'react',
      'react-dom',
      '@jupyterlab/*',
      '@jupyter/*',
      '@lumino/*',
      '@codemirror/*'
    ],
    why: 'src/lib is pure: no React, no DOM, no JupyterLab.'
  },
  {
    layer: 'views',
    modules: [
      'renderer',
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'live',
      'neighbours',
      'history',
      'report'
    ],
    packages: ['@jupyterlab/notebook', '@jupyterlab/services'],
    why: 'A view draws a section and knows neither notebooks nor kernels.'
  },
  {
    layer: 'renderer',
    modules: [
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'live',
      'history',
      'report'
    ],
    packages: ['@jupyterlab/notebook', '@jupyterlab/services'],
    why: 'The renderer shows a document, wherever it comes from.'
  },
  {
    layer: 'profiles',
    parts: ['fileprofiles'],
    modules: [
      'views',
      'renderer',
      'collect',
      'heat',
      'runner',
      'commands',
      'live',
      'history',
      'report'
    ],
    packages: ['react', 'react-dom'],
    why: 'The model is filled by collect and read by heat, and knows neither.'
  },
  {
    layer: 'collect',
    parts: ['placing'],
    modules: [
      'views',
      'renderer',
      'heat',
      'runner',
      'commands',
      'live',
      'history',
      'report'
    ],
    packages: ['react', 'react-dom'],
    why: 'collect goes from outputs to the model, and no further.'
  },
  {
    layer: 'heat',
    modules: [
      'views',
      'renderer',
      'collect',
      'runner',
      'commands',
      'live',
      'history',
      'report'
    ],
    packages: ['react', 'react-dom'],
    why: 'heat goes from the model to the editors, and no further.'
  },
  {
    layer: 'runner',
    parts: [
      'apart',
      'attachments',
      'install',
      'kernel',
      'kernelreply',
      'kernelside',
      'languages'
    ],
    modules: [
      'document',
      'views',
      'renderer',
      'profiles',
      'collect',
      'heat',
      'commands',
      'live',
      'history',
      'report'
    ],
    packages: ['react', 'react-dom'],
    why: 'The runner makes a cell run; what comes of it arrives through the output.'
  },
  {
    layer: 'commands',
    parts: ['toolbar'],
    modules: [
      'document',
      'views',
      'renderer',
      'collect',
      'heat',
      'live',
      'history',
      'report'
    ],
    packages: [],
    why: 'Commands start runs and change settings; they read no document.'
  },
  {
    layer: 'rerun',
    modules: [
      'views',
      'renderer',
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'live',
      'history',
      'report'
    ],
    packages: ['react', 'react-dom'],
    why: 'rerun goes from a document to the command that runs its cell.'
  },
  {
    layer: 'live',
    modules: [
      'renderer',
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'history',
      'report'
    ],
    packages: [],
    why: 'live goes from messages of the kernel to a strip below the cell.'
  },
  {
    layer: 'history',
    modules: [
      'renderer',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'live',
      'neighbours',
      'report'
    ],
    packages: [],
    why: 'The history gets documents and shows them; it neither makes nor finds them.'
  },
  {
    layer: 'report',
    modules: [
      'renderer',
      'profiles',
      'collect',
      'heat',
      'commands',
      'rerun',
      'live',
      'neighbours'
    ],
    packages: [],
    why: 'The report reads the history and asks the runner to record; it makes no run.'
  },
  {
    layer: 'scripts',
    modules: [
      'views',
      'renderer',
      'profiles',
      'collect',
      'commands',
      'rerun',
      'live',
      'neighbours',
      'history',
      'report'
    ],
    packages: ['@jupyterlab/notebook'],
    why: 'A script runs in a tab of its own; what comes of it is drawn as everywhere.'
  },
  {
    layer: 'opening',
    modules: [
      'views',
      'renderer',
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'live',
      'neighbours',
      'history',
      'report'
    ],
    packages: [],
    why: 'opening asks the server for a document and has it drawn by its MIME type.'
  },
  {
    layer: 'processes',
    modules: [
      'renderer',
      'profiles',
      'collect',
      'heat',
      'runner',
      'commands',
      'rerun',
      'live',
      'neighbours',
      'history',
      'report',
      'scripts'
    ],
    packages: [],
    why: 'processes looks at what runs; it starts no run of its own.'
  },
  {
    layer: 'document',
    modules: [],
    packages: ['*'],
    why: 'document.ts is generated and depends on nothing.'
  }
];

/** `no-restricted-imports` for a layer, whether it is one file or a folder. */
function importRules({ layer, parts = [], modules, packages, why }) {
  const group = packages.map(name => ({ group: [name], message: why }));
  const restrict = prefix => ({
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...group,
          {
            // Resolved by hand: `./heat` inside lib is lib/heat, not src/heat.
            regex: `^${prefix}(${['index', ...modules].join('|')})(/|$)`,
            message: why
          },
          { regex: '^\\.{1,2}/?$', message: why }
        ]
      }
    ]
  });
  const ignores = ['**/__tests__/**'];
  return [
    {
      files: [layer, ...parts].map(name => `src/${name}.{ts,tsx}`),
      ignores,
      rules: restrict('\\./')
    },
    {
      files: [`src/${layer}/*.{ts,tsx}`],
      ignores,
      rules: restrict('\\.\\./')
    },
    {
      files: [`src/${layer}/*/*.{ts,tsx}`],
      ignores,
      rules: restrict('\\.\\./\\.\\./')
    }
  ];
}

/** What only a browser has; `src/lib` also runs where there is none. */
const DOM_VALUES = [
  'window',
  'document',
  'navigator',
  'localStorage',
  'fetch',
  'requestAnimationFrame'
];
const DOM_TYPES = ['Document', 'Element', 'HTMLElement', 'Node', 'Event'];
const NO_DOM = 'src/lib is pure: no DOM there.';

export default defineConfig([
  globalIgnores([
    '**/node_modules',
    '**/lib/*.js',
    'lib',
    'dist',
    'coverage',
    '.venv*',
    'jupyterlab_cell_profiler',
    'bench/results',
    'ui-tests/test-results',
    'ui-tests/playwright-report'
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      globals: { ...globals.browser, ...globals.es2015 },
      parserOptions: { sourceType: 'module' }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      // The same name for a token and its interface, as JupyterLab has it.
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-redeclare': 'off',
      'prefer-arrow-callback': 'error'
    }
  },
  { plugins: { jupyter: jupyterPlugin } },
  jupyterPlugin.configs.recommended,
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    languageOptions: { parserOptions: { project: 'tsconfig.test.json' } }
  },
  {
    // Tests make things up, and leave them to the end of the test.
    files: ['**/__tests__/**', 'ui-tests/**'],
    rules: {
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off',
      'jupyter/require-disposable-transfer': 'off'
    }
  },
  {
    // A page of Playwright's own: Galata's helpers know JupyterLab only.
    files: ['ui-tests/tests/notebook7.spec.ts'],
    rules: { 'jupyter/galata-prefer-notebook-cell-helper': 'off' }
  },
  {
    // The plugins are small; what is heavy, the views, comes with the first profile.
    files: [
      'src/index.ts',
      'src/history/plugins.ts',
      'src/report/plugins.ts',
      'src/scripts/plugins.ts',
      'src/opening/plugins.ts',
      'src/processes/plugins.ts',
      'src/processes/where-plugin.ts'
    ],
    rules: { 'jupyter/prefer-lazy-imports': 'off' }
  },
  {
    // Generated; its names are those of the schema.
    files: ['src/document.ts'],
    rules: { '@typescript-eslint/naming-convention': 'off' }
  },
  {
    files: ['src/lib/**/*.ts'],
    ignores: ['**/__tests__/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...DOM_VALUES.map(name => ({ name, message: NO_DOM }))
      ],
      '@typescript-eslint/no-restricted-types': [
        'error',
        { types: Object.fromEntries(DOM_TYPES.map(name => [name, NO_DOM])) }
      ]
    }
  },
  ...LAYERS.flatMap(importRules),
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['*.js', 'ui-tests/*.js'],
    languageOptions: { sourceType: 'commonjs' }
  },
  {
    files: ['scripts/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' }
  },
  {
    // Node, and functions that it has run in a page.
    files: ['bench/**'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-console': 'off' }
  },
  prettierRecommended
]);
