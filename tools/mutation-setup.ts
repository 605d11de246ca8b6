import fc from 'fast-check'

/** Runs are compared with each other: the same seed for all of them, and no time spent on a smaller counterexample. */
fc.configureGlobal({ seed: 20_261_122, endOnFailure: true })
