import { defineOptions, duration, matching, text } from 'seaworthy/core'
import type { DependencyHandle } from './dependency-handle.ts'
import type { CapabilityDeclaration, Resource } from './service.ts'

export const serviceDefaults = Object.freeze({
  version: '0.0.0',
  capabilities: {},
  objectives: [],
  resources: [],
  resourceLimit: '60s',
})

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface ObjectiveInput {
  readonly on: string
  readonly p95?: number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`
  readonly availability?: number
}

function isObjective(value: unknown): value is ObjectiveInput {
  if (!isObject(value) || !('on' in value) || typeof value.on !== 'string') return false
  const availability = 'availability' in value ? value.availability : 1
  return typeof availability === 'number' && availability >= 0 && availability <= 1
}

export const resolveServiceOptions = defineOptions('service', serviceDefaults, {
  name: text(60),
  version: text(60),
  dependencies: matching(
    'an object of dependencies by name',
    (value): value is Readonly<Record<string, DependencyHandle>> => isObject(value),
  ),
  capabilities: matching(
    'an object of { needs, uses } by name',
    (value): value is Readonly<Record<string, CapabilityDeclaration>> => isObject(value),
  ),
  objectives: matching(
    'a list of { on, p95, availability from 0 to 1 }',
    (value): value is readonly ObjectiveInput[] => Array.isArray(value) && value.every(isObjective),
  ),
  resources: matching('a list of resources', (value): value is readonly Resource[] => Array.isArray(value)),
  resourceLimit: duration('1ms', '1h'),
})
