/**
 * State shared through Redis or Valkey.
 *
 * @module
 */

export { createClient } from 'redis'
