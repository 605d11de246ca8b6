import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import type { HttpServer } from './http-types.ts'

/** The least size that is compressed: below it the answer fits into one packet anyway. */
const compressFromBytes = 1024

/**
 * Compresses answers by what the caller accepts. Event streams stay as they are, since a compressor holds back what should
 * be sent at once. Bodies of requests are never unpacked: a small one could become a large one.
 */
export async function useCompression(server: HttpServer): Promise<void> {
  await server.register(compress, {
    globalCompression: true,
    globalDecompression: false,
    threshold: compressFromBytes,
    encodings: ['br', 'gzip'],
    zlibOptions: { level: 6 },
    // About as small as gzip 9 and as fast as gzip 6.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
  })
}
