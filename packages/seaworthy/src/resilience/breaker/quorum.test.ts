import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PeerReport } from './breaker-reports.ts'
import { isQuorumFailing } from './quorum.ts'

const rule = { share: 0.5, minimum: 2 }

function peersOf(...verdicts: readonly PeerReport['verdict'][]): PeerReport[] {
  return verdicts.map((verdict, index) => ({ instance: `i${index}`, verdict, forMs: 100 }))
}

test('isQuorumFailing: needs the minimum of other instances, whatever the share', () => {
  expect(isQuorumFailing([], rule)).toBe(false)
  expect(isQuorumFailing(peersOf('failing'), rule)).toBe(false)
  expect(isQuorumFailing(peersOf('failing', 'failing'), rule)).toBe(true)
  expect(isQuorumFailing(peersOf('failing', 'failing'), { share: 0.1, minimum: 3 })).toBe(false)
})

test('isQuorumFailing: the share is of all that live, this instance included', () => {
  expect(isQuorumFailing(peersOf('failing', 'failing', 'healthy'), rule)).toBe(true)
  expect(isQuorumFailing(peersOf('failing', 'failing', 'healthy', 'healthy'), rule)).toBe(false)
  expect(isQuorumFailing(peersOf('failing', 'failing'), { share: 2 / 3, minimum: 2 })).toBe(true)
  expect(isQuorumFailing(peersOf('failing', 'failing'), { share: 0.67, minimum: 2 })).toBe(false)
})

test('isQuorumFailing: silent instances count neither for nor against', () => {
  expect(isQuorumFailing(peersOf('failing', 'failing', 'healthy', 'silent', 'silent'), rule)).toBe(true)
  expect(isQuorumFailing(peersOf('failing', 'silent', 'silent'), rule)).toBe(false)
})

test('isQuorumFailing: an instance that is listed twice counts once', () => {
  const twice = peersOf('failing').concat(peersOf('failing'))
  expect(isQuorumFailing(twice, rule)).toBe(false)
})

test('isQuorumFailing: failures that began too long ago do not count, but their instances live', () => {
  expect(isQuorumFailing(peersOf('failing', 'failing'), rule, 100)).toBe(false)
  expect(isQuorumFailing(peersOf('failing', 'failing'), rule, 101)).toBe(true)
  const old: PeerReport = { instance: 'old', verdict: 'failing', forMs: 500 }
  expect(isQuorumFailing([...peersOf('failing', 'failing'), old], rule, 200)).toBe(true)
  expect(isQuorumFailing([...peersOf('failing', 'failing', 'healthy'), old], rule, 200)).toBe(false)
})

test('isQuorumFailing: one bad instance opens nobody, however many reports it sends', () => {
  const reports = fc.array(
    fc.record({ verdict: fc.constantFrom('failing', 'healthy', 'silent'), forMs: fc.nat(10_000) }),
  )
  fc.assert(
    fc.property(reports, fc.nat(20), (bad, healthy) => {
      const peers: PeerReport[] = bad.map((report) => ({ instance: 'bad', ...report }))
      for (let i = 0; i < healthy; i++) peers.push({ instance: `good ${i}`, verdict: 'healthy', forMs: i })
      expect(isQuorumFailing(peers, { share: 0.001, minimum: 2 })).toBe(false)
    }),
  )
})
