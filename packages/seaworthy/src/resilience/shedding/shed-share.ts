import { priorityMax } from '../bulkhead/priority.ts'

/**
 * Which share of the calls of a priority is shed, from 0 to 1. Each priority has an equal part of the pressure, the lowest
 * the first: within it the share grows from none to all, so that a priority is only touched when all below are shed.
 */
export function shedShare(priority: number, pressure: number): number {
  return Math.max(0, Math.min(1, pressure * (priorityMax + 1) - priority))
}
