import tseslint from 'typescript-eslint';

const SIZES = {
  complexity: ['error', 12],
  'max-params': ['error', 4],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
};

/** Files with a function above a size, by the reason; everything else is held to all three. */
const EXCEPTIONS = [
  // Loops over each row or cell of a bundle, in which a call costs more than a branch.
  [
    ['complexity', 'max-lines-per-function', 'max-params'],
    [
      'src/csv/csv-reader.ts',
      'src/extract/sieve.ts',
      'src/map/map.ts',
      'src/map/subject-maker.ts',
      'src/filter/{classes,sections}.ts',
      'src/verify/{judge,manifest,table-judge,verify}.ts',
      'src/verify/{cells,demands,memory,rows}/*.ts',
    ],
  ],
  // One branch for each kind of fault, setting or column, and optional parts counted as branches.
  [
    ['complexity'],
    [
      'src/commands/{preflight,status,validate}.ts',
      'src/config/{delivery,describe-settings,shape,walk-nodes}.ts',
      'src/deliver/openssh/faults.ts',
      'src/deliver/sftp/{faults,login,login-faults}.ts',
      'src/dispatch/dispatch.ts',
      'src/extract/{queries,schema}.ts',
      'src/notify/email.ts',
      'src/profiles/{least-data,shape}.ts',
      'src/refresh/connection.ts',
      'src/report/home.ts',
      'src/state/{audit,state}.ts',
    ],
  ],
  // A recursive reader that hands the same place down, and signatures that a library or SQL's shape gives.
  [
    ['max-params', 'complexity'],
    ['src/config/read.ts', 'src/deliver/sftp/session.ts', 'src/extract/{names,queries}.ts'],
  ],
  // Made-up people, case after case.
  [['complexity', 'max-params', 'max-lines-per-function'], ['src/demo/**/*.ts']],
  // Benchmarks and loaders, read from top to bottom.
  [['complexity', 'max-params', 'max-lines-per-function'], ['scripts/**/*.ts']],
  // A suite is one function.
  [['complexity', 'max-params', 'max-lines-per-function'], ['tests/**/*.ts']],
];

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'node_modules/', 'var/', 'coverage/', '.config/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tests/tsconfig.json', tsconfigRootDir: `${import.meta.dirname}/..` },
    },
    rules: {
      ...SIZES,
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  ...EXCEPTIONS.map(([rules, files]) => ({
    files,
    rules: Object.fromEntries(rules.map((rule) => [rule, 'off'])),
  })),
);
