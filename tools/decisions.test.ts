import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { policyOrder } from 'seaworthy/resilience'
import { repositoryFiles, root } from './source-files.ts'

test('decisions: every record is in the table', () => {
  const table = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8')
  const records = repositoryFiles(/^docs\/decisions\/\d{4}-.*\.md$/).map(({ path }) => path.split('/').at(-1))
  expect(records.length).toBeGreaterThan(10)
  expect(records.filter((name) => !table.includes(`(${name})`))).toEqual([])
})

test('decisions: a record that was replaced names one that is there and says so', () => {
  const records = repositoryFiles(/^docs\/decisions\/\d{4}-.*\.md$/)
  const replaced = records.flatMap(({ path, text }) => {
    const by = /^Status: replaced by (\d{4})/m.exec(text)?.[1]
    return by === undefined ? [] : [{ path, by }]
  })
  const wrong = replaced.filter(({ path, by }) => {
    const successor = records.find((record) => record.path.startsWith(`docs/decisions/${by}-`))
    return successor?.text.includes(`(${path.split('/').at(-1)})`) !== true
  })
  expect(wrong).toEqual([])
})

test('decisions: the order of policies is the one that the code has', () => {
  const [record] = repositoryFiles(/^docs\/decisions\/0015-.*\.md$/)
  const listed = [...(record?.text ?? '').matchAll(/^\d+\. `([a-z-]+)`/gm)].map((match) => match[1])
  expect(listed).toEqual([...policyOrder])
})
