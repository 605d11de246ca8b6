/**
 * The generic cell rate algorithm (ITU-T I.371) with starts in the future: one number, the theoretical arrival time,
 * stands for a bucket of `burst` units from which one leaks in each step. With a step of `spacing / (limit - burst + 1)` no
 * span of `spacing` sees more than `limit` starts.
 */

/** ARGV: id, cost, limit, spacing, longest wait, burst, known generation. */
export const gcraReserve = `
local id, cost, limit, spacing = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local waitMax, burst = tonumber(ARGV[5]), math.min(tonumber(ARGV[6]), limit)
local s = enterOrBegin(ARGV[7], spacing)
local step = math.ceil(spacing / (limit - burst + 1))
local start = math.max(s.at, s.paused, s.last, s.arrival + (cost - burst) * step)
local granted = start - s.at <= waitMax
if granted then
  s.arrivalBefore, s.lastBefore = s.arrival, s.last
  s.arrival = math.max(start, s.arrival) + cost * step
  s.last = start
  s.newest = id
end
keep(s, ttlUntil(s, math.max(s.arrival, s.last + spacing)))
return { granted and 1 or 0, start - s.at, start, s.generation, s.moved, s.movedAt }
`

/** ARGV: id, cost. One number cannot tell what lies behind a grant, so only the newest comes back. */
export const gcraGiveBack = `
local s = enter()
if not s.generation then return { 0 } end
local isNewest = s.newest == ARGV[1]
if isNewest then
  s.arrival, s.last = s.arrivalBefore, s.lastBefore
end
keep(s)
return { isNewest and 1 or 0 }
`

/** ARGV: length, channel. */
export const gcraPause = `
local length = tonumber(ARGV[1])
local s = enterOrBegin('', 0)
local ends = s.at + length
if ends <= s.paused then
  keep(s)
  return { 0 }
end
s.paused = ends
if s.last > s.at then
  s.moved = s.moved + length
  s.movedAt = s.at
  s.arrival = s.arrival + length
  s.last = s.last + length
  s.arrivalBefore = s.arrivalBefore + length
  if s.lastBefore > s.at then s.lastBefore = s.lastBefore + length end
end
local leftMs = math.max(0, call('PTTL', STATE))
keep(s, leftMs + ttlUntil(s, ends))
call('PUBLISH', ARGV[2], STATE)
return { 1 }
`
