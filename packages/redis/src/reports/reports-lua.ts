import { defineScript } from '../link/script.ts'

/**
 * The reports on one breaker: a hash of instances, each with what it found, since when, and when it last showed itself.
 * Whatever is asked, instances that did not show themselves for too long are taken out, and who changed something, or
 * found somebody gone, tells the others to look. What another version wrote in another form is left alone. Times are microseconds on the server's clock.
 */
const prelude = `
local time = redis.call('TIME')
local at = time[1] * 1000000 + time[2]

local function whole(number)
  return string.format('%.0f', number)
end
`

/**
 * Shows that an instance lives, and what it finds; answers what the others find. What it found before stays since when it
 * was, unless it has news.
 *
 * ARGV: instance, verdict, since how long, expiry, most instances, channel, whether it is news.
 */
export const exchangeReports = defineScript(
  'exchange reports',
  `${prelude}
local instance, verdict = ARGV[1], ARGV[2]
local since, expiry, most = at - tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local isNews = ARGV[7] == '1'
local reports = redis.call('HGETALL', KEYS[1])
local answer, others = { at }, 0
for i = 1, #reports, 2 do
  local who = reports[i]
  local theirVerdict, theirSince, beat = string.match(reports[i + 1], '^(%a+)|(%d+)|(%d+)$')
  theirSince, beat = tonumber(theirSince), tonumber(beat)
  if who == instance then
    if theirVerdict == verdict and not isNews then since = theirSince end
  elseif not beat then
    -- Of another version, which takes it out: it says nothing here, and must not keep the others from being heard.
  elseif at - beat >= expiry then
    redis.call('HDEL', KEYS[1], who)
    isNews = true
  else
    if beat > at then
      -- The clock stepped back: from now on it has the usual time to show itself again.
      beat = at
      redis.call('HSET', KEYS[1], who, theirVerdict .. '|' .. whole(theirSince) .. '|' .. whole(at))
    end
    others = others + 1
    for _, value in ipairs({ who, theirVerdict, math.min(theirSince, at), beat }) do
      answer[#answer + 1] = value
    end
  end
end
if others < most then
  redis.call('HSET', KEYS[1], instance, verdict .. '|' .. whole(since) .. '|' .. whole(at))
end
redis.call('PEXPIRE', KEYS[1], math.ceil(expiry / 500))
if isNews then redis.call('PUBLISH', ARGV[6], KEYS[1]) end
return answer
`,
)

/** ARGV: instance, channel. */
export const leaveReports = defineScript(
  'leave reports',
  `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then redis.call('PUBLISH', ARGV[2], KEYS[1]) end
return { 1 }
`,
)
