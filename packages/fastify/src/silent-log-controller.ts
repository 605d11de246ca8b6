import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'

/** Fastify's own request lines are replaced by one line per answer; what it says about its own faults stays. */
export class SilentLogController extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
  override defaultErrorLog(): void {}
  override routeNotFound(): void {}
  override serviceUnavailable(): void {}

  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    // A caller that leaves while an answer streams is counted as aborted.
    if (!reply.raw.destroyed) super.streamError(error, request, reply)
  }
}
