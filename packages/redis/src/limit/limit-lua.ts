/**
 * What the scripts of a shared limit have in common.
 *
 * Times are whole microseconds. The server's clock may step back, as after a failover to another machine; then `ahead`
 * grows by the step, so that the time of a limit goes on from where it was and never back. A `generation` names what is
 * kept of one limit from its beginning to its end. Who asks names the generation that holds its last units; when that is
 * not the present one, the data was lost, and what the others had started is not known: for the length of one span from
 * the beginning of the present generation nothing starts.
 *
 * A unit may start somewhat after its moment: within the allowance that who asks for it names. Spans are kept apart by
 * the interval and the longest allowance of the units that may still count. `epoch` is the last start at the time when
 * `slack` was taken from `slackNext`, the longest allowance asked for since then; when that start has passed, so have all
 * units that were granted before.
 *
 * The clock of a limit can be held: whoever could not start at its moment has it set back to that moment, for everybody, so
 * that it keeps its place and all behind it theirs. Nobody starts sooner by it, as the clock only runs later than it did.
 * Who has not heard of it starts by the old time, which is safe for those whose moments are less than a span away; so a
 * clock is held for a part of a span at most, and who was to start later has to hear of it within the rest. `debt` is for
 * how long it was held of late.
 *
 * KEYS[1] holds the state, KEYS[2] what has started or will, KEYS[3] which places of it were given back.
 */
export const prelude = `
local call = redis.call
local STATE, STARTS, SPARE = KEYS[1], KEYS[2], KEYS[3]

local function whole(number)
  return string.format('%.0f', number)
end

local numbers = {
  'clock', 'ahead', 'paused', 'moved', 'movedAt', 'slack', 'slackNext', 'epoch', 'narrow', 'last', 'units',
  'lastBefore', 'arrival', 'arrivalBefore', 'step', 'held', 'heldAt', 'debt'
}

local function enter()
  local time = serverTime()
  local clock = time[1] * 1000000 + time[2]
  local kept = call('HMGET', STATE, 'generation', 'newest', unpack(numbers))
  local s = { generation = kept[1], newest = kept[2] or '' }
  for i, name in ipairs(numbers) do s[name] = tonumber(kept[i + 2]) or 0 end
  if s.generation and call('ZCARD', STARTS) ~= s.units then
    -- One of the keys was evicted, and the others say nothing without it.
    call('DEL', STATE, STARTS, SPARE)
    for _, name in ipairs(numbers) do s[name] = 0 end
    s.generation = false
  end
  s.ahead = s.ahead + math.max(0, s.clock - clock)
  s.clock = clock
  s.at = clock + s.ahead
  return s
end

-- How far apart spans are from now on, and whether that is farther than those who wait were told: up to s.narrow,
-- starts are no farther apart than before.
local function spacingWith(s, interval, allowance)
  if s.epoch + interval + s.slack <= s.at then
    s.slack, s.slackNext, s.epoch = s.slackNext, 0, s.last
  end
  s.slackNext = math.max(s.slackNext, allowance)
  local isWider = allowance > s.slack
  if isWider then s.slack, s.narrow = allowance, s.last end
  return interval + s.slack, isWider
end

local function tell()
  call('PUBLISH', string.match(STATE, '^([^{]*):'), STATE)
end

-- What every answer ends with.
local function news(s)
  return s.generation or '', s.moved, s.movedAt, s.held, s.clock
end

-- Lets nothing start before that time. All who wait are moved by as much as is added to the pause, so that their order and
-- distances stay, and their processes are told.
local function pauseUntil(s, ends)
  if ends <= s.paused then return end
  local shift = ends - math.max(s.at, s.paused)
  s.paused = ends
  if s.last <= s.at then return end
  s.moved, s.movedAt = s.moved + shift, s.at
  s.arrival, s.arrivalBefore = s.arrival + shift, s.arrivalBefore + shift
  for _, name in ipairs({ 'last', 'lastBefore', 'epoch', 'narrow' }) do
    if s[name] > s.at then s[name] = s[name] + shift end
  end
  for _, key in ipairs({ STARTS, SPARE }) do
    local units = call('ZRANGEBYSCORE', key, '(' .. whole(s.at), '+inf', 'WITHSCORES')
    for i = 1, #units, 2 do call('ZADD', key, whole(units[i + 1] + shift), units[i]) end
  end
  tell()
end

local function enterOrBegin(known, spacing)
  local s = enter()
  if not s.generation then s.generation = whole(s.at) end
  if known ~= '' and known ~= s.generation then pauseUntil(s, tonumber(s.generation) + spacing) end
  return s
end

local function keep(s, ttlMs)
  s.units = call('ZCARD', STARTS)
  local fields = { 'generation', s.generation, 'newest', s.newest }
  for _, name in ipairs(numbers) do
    fields[#fields + 1] = name
    fields[#fields + 1] = whole(s[name])
  end
  call('HSET', STATE, unpack(fields))
  if ttlMs then
    for _, key in ipairs(KEYS) do call('PEXPIRE', key, whole(ttlMs)) end
  end
end

-- Until nothing of it counts any more, and somewhat longer, so that who asks late still finds the generation.
local function ttlUntil(s, at)
  return math.ceil((math.max(at, s.paused) - s.at) / 1000) + 2000
end
`

/**
 * What a process has to hear to see by itself that its grants were moved or lost. Asked for limits of which it has units,
 * so a limit that is not there has been lost, and begins anew.
 *
 * ARGV: known generation, spacing.
 */
export const look = `
local s = enterOrBegin(ARGV[1], tonumber(ARGV[2]))
keep(s, math.max(call('PTTL', STATE), ttlUntil(s, s.at)))
return { 1, 0, s.at, news(s) }
`

/**
 * Sets the clock of a limit back to the moment of a unit that comes too late to be used, if that is not too much and not
 * into a pause. Holding costs everybody time, so of late it was done for no longer than the most, and one eighth of the time is forgotten.
 *
 * ARGV: known generation, moment, allowance, most.
 */
export const hold = `
local start, allowance, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local s = enter()
local by = s.at - start
local debt = math.max(0, s.debt - math.floor(math.max(0, s.clock - s.heldAt) / 8))
local isKnown = s.generation == ARGV[1]
local isKept = isKnown and by <= allowance
if isKnown and not isKept and debt + by <= most and start >= s.paused then
  isKept = true
  s.ahead, s.at, s.held = s.ahead - by, start, s.held + by
  s.debt, s.heldAt = debt + by, s.clock
  keep(s, call('PTTL', STATE) + math.ceil(by / 1000))
  tell()
elseif s.generation then
  keep(s)
end
return { isKept and 1 or 0, 0, s.at, news(s) }
`

/** ARGV: length. */
export const pause = `
local length = tonumber(ARGV[1])
local s = enterOrBegin('', 0)
local ends = s.at + length
pauseUntil(s, ends)
keep(s, math.max(0, call('PTTL', STATE)) + ttlUntil(s, ends))
return { 1 }
`
