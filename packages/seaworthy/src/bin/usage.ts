export const usage = `seaworthy describe [FILE ...]

  Prints the declaration of services as JSON: dependencies with their policies and
  fallbacks, capabilities, objectives. FILE is a module that exports a service; without
  one, the list "seaworthy.declarations" of the package.json in this folder is taken.
  One service prints an object, several print an array.

Exit codes: 0 printed, 2 nothing to print or a file that cannot be used.
`
