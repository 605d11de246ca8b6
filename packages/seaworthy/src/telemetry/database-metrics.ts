import type { Metrics } from './metrics.ts'

/** The families of a database. */
export type DatabaseMetrics = ReturnType<typeof databaseMetrics>

/** Declares the families of a database. `statement` is the name or the first words of a statement, never its values. */
export function databaseMetrics(metrics: Metrics) {
  return Object.freeze({
    queries: metrics.counter('seaworthy_database_queries_total', 'Statements run.', ['pool', 'outcome']),
    querySeconds: metrics.histogram('seaworthy_database_query_duration_seconds', 'Time of a statement.', {
      labels: ['pool', 'statement'],
    }),
    queryErrors: metrics.counter(
      'seaworthy_database_query_errors_total',
      'Statements that failed, by error code.',
      ['pool', 'code'],
    ),
    queryRows: metrics.counter('seaworthy_database_query_rows_total', 'Rows returned or changed.', ['pool']),
    connections: metrics.gauge('seaworthy_database_pool_connections', 'Connections of a pool, by state.', [
      'pool',
      'state',
    ]),
    waiting: metrics.gauge('seaworthy_database_pool_waiting', 'Callers waiting for a connection.', ['pool']),
  })
}
