/**
 * The generic cell rate algorithm (ITU-T I.371) with starts in the future: one number, the theoretical arrival time,
 * stands for a bucket of `burst` units from which one leaks in each step. With a step of `spacing / (limit - burst + 1)` no
 * span of `spacing` sees more than `limit` starts.
 */

/** ARGV: id, cost, limit, interval, allowance, longest wait, known generation, burst. */
export const gcraReserve = `
local id, cost, limit, interval = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local allowance, waitMax, burst = tonumber(ARGV[5]), tonumber(ARGV[6]), math.min(tonumber(ARGV[8]), limit)
local s = enterOrBegin(ARGV[7], interval + allowance)
local spacing = spacingWith(s, interval, allowance)
local step = math.ceil(spacing / (limit - burst + 1))
-- With a longer step, a burst would begin earlier than it may behind what was granted with the shorter one.
local longer = burst * math.max(0, step - s.step)
s.step, s.arrival, s.arrivalBefore = step, s.arrival + longer, s.arrivalBefore + longer
local start = math.max(s.at, s.paused, s.last, s.arrival + (cost - burst) * step)
local granted = start - s.at <= waitMax
if granted then
  s.arrivalBefore, s.lastBefore = s.arrival, s.last
  s.arrival = math.max(start, s.arrival) + cost * step
  s.last = start
  s.newest = id
end
keep(s, ttlUntil(s, math.max(s.arrival, s.last + spacing)))
return { granted and 1 or 0, start - s.at, start, news(s) }
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
