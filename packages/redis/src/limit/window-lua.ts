/**
 * A sliding window, exactly: unit i starts when unit i - limit started a span ago, or later. What has started within the
 * last span, and what will start, is kept in the order of its start. Nothing is moved to the front, so a promised time
 * holds; a place that is given back is taken by who asks next.
 *
 * After the sliding window log (as in "An alternative approach to rate limiting", Figma 2017), with starts in the future.
 */

/** ARGV: id, cost, limit, interval, allowance, longest wait, known generation, most that wait. */
export const windowReserve = `
local id, cost, limit, interval = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local allowance, waitMax, queueMax = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[8])
local s = enterOrBegin(ARGV[7], interval + allowance)
local spacing, isWider = spacingWith(s, interval, allowance)

-- What is over: places given back that nobody took, and starts that count no more. Those who wait behind a place rely on
-- the allowance of their time, so for a longer one it is no good.
local passed = isWider and '+inf' or '(' .. whole(s.at)
for _, unit in ipairs(call('ZRANGEBYSCORE', SPARE, '-inf', passed)) do call('ZREM', STARTS, unit) end
call('ZREMRANGEBYSCORE', SPARE, '-inf', passed)
call('ZREMRANGEBYSCORE', STARTS, '-inf', whole(s.at - spacing))

local function startOf(rank)
  return tonumber(call('ZRANGE', STARTS, rank, rank, 'WITHSCORES')[2])
end

-- The earliest moment at which as many places as are needed were given back.
local function spareUnits()
  local spare = call('ZRANGE', SPARE, 0, cost == 1 and 0 or -1, 'WITHSCORES')
  for first = 1, #spare - 2 * cost + 1, 2 do
    local last = first + 2 * (cost - 1)
    if spare[first + 1] == spare[last + 1] then
      local units = {}
      for i = first, last, 2 do units[#units + 1] = spare[i] end
      return units, tonumber(spare[first + 1])
    end
  end
  return {}, nil
end

local function behindAll()
  local count = call('ZCARD', STARTS)
  local start = math.max(s.at, s.paused)
  local spanAgo = count + cost - 1 - limit
  if spanAgo >= 0 then start = math.max(start, startOf(spanAgo) + spacing) end
  if count > 0 then start = math.max(start, startOf(-1)) end
  return start
end

local taken, start = spareUnits()
local fits = true
if not start then
  start = behindAll()
  if start > s.at then
    fits = call('ZCOUNT', STARTS, '(' .. whole(s.at), '+inf') + cost <= queueMax
  end
end
local granted = fits and start - s.at <= waitMax
if granted then
  for _, unit in ipairs(taken) do
    call('ZREM', SPARE, unit)
    call('ZREM', STARTS, unit)
  end
  for i = 1, cost do call('ZADD', STARTS, whole(start), i == 1 and id or id .. '/' .. i) end
  s.last = math.max(s.last, start)
end
keep(s, ttlUntil(s, s.last + spacing))
return { granted and 1 or 0, start - s.at, start, news(s) }
`

/** ARGV: id, cost. */
export const windowGiveBack = `
local id, cost = ARGV[1], tonumber(ARGV[2])
local s = enter()
if not s.generation then return { 0 } end
for i = 1, cost do
  local unit = i == 1 and id or id .. '/' .. i
  local start = tonumber(call('ZSCORE', STARTS, unit))
  if start and start > math.max(s.at, s.narrow) then
    -- Who was promised a later start relies on this place being counted.
    call('ZADD', SPARE, whole(start), unit)
  elseif start then
    call('ZREM', STARTS, unit)
  end
end
-- Nobody relies on the places at the end.
local newest = call('ZRANGE', STARTS, -1, -1)[1]
while newest and call('ZREM', SPARE, newest) == 1 do
  call('ZREM', STARTS, newest)
  newest = call('ZRANGE', STARTS, -1, -1)[1]
end
keep(s)
return { 1 }
`
