/**
 * What the scripts of a shared limit have in common.
 *
 * Times are whole microseconds. The server's clock may step back, as after a failover to another machine; then `ahead`
 * grows by the step, so that the time of a limit goes on from where it was and never back. A `generation` names what is
 * kept of one limit from its beginning to its end. Who asks names the generation that holds its last units; when that is
 * not the present one, the data was lost, and what the others had started is not known: for the length of one span from
 * the beginning of the present generation nothing starts.
 *
 * KEYS[1] holds the state, KEYS[2] what has started or will, KEYS[3] which places of it were given back.
 */
export const prelude = (clock: string): string => `
local call = redis.call
local STATE, STARTS, SPARE = KEYS[1], KEYS[2], KEYS[3]

local function whole(number)
  return string.format('%.0f', number)
end

local numbers = {
  'clock', 'ahead', 'paused', 'moved', 'movedAt', 'units', 'arrival', 'arrivalBefore', 'last', 'lastBefore'
}

local function enter()
  local time = ${clock}
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

local function enterOrBegin(known, spacing)
  local s = enter()
  if not s.generation then s.generation = whole(s.at) end
  if known ~= '' and known ~= s.generation then
    s.paused = math.max(s.paused, tonumber(s.generation) + spacing)
  end
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
return { 1, 0, s.at, s.generation, s.moved, s.movedAt }
`
