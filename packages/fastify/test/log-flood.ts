/** Logs far more than a pipe holds, while nobody reads, and tells its parent how it went. */
import { createMetrics, renderPrometheus } from 'seaworthy/telemetry'
import { createHttpServer } from '../src/index.ts'

const metrics = createMetrics()
const server = await createHttpServer({ metrics })
const text = 'x'.repeat(10_000)
for (let i = 0; i < 1_000; i++) server.log.info({ i }, text)
const dropped = /seaworthy_http_log_lines_dropped_total (\d+)/.exec(renderPrometheus(metrics))?.[1]
process.send?.({ dropped: Number(dropped) })
process.once('message', () => process.disconnect())
