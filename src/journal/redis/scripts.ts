/**
 * What Redis does in one go. A script is atomic, in memory and in the append-only file: a file that ends within one is cut before it
 * (redis.io, "Redis persistence" and "Scripting with Lua").
 */

/**
 * Takes the lock, and with it a new epoch: whoever wrote before can write no more.
 * Keys: lock, meta. Arguments: owner, ms, schema, name for a new store. Answers `epoch` or `holder <who>`. Asking twice is asking once.
 */
export const ACQUIRE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 'holder ' .. holder end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if holder then return redis.call('HGET', KEYS[2], 'epoch') end
redis.call('HSETNX', KEYS[2], 'schema', ARGV[3])
redis.call('HSETNX', KEYS[2], 'store', ARGV[4])
redis.call('HSETNX', KEYS[2], 'last', '0')
local epoch = tostring(redis.call('HINCRBY', KEYS[2], 'epoch', 1))
redis.call('HSET', KEYS[2], 'batch', epoch .. '-0')
return epoch
`;

/** Keys: lock, meta. Arguments: owner, ms, epoch. Keeps the lock of the epoch's writer, lapsed or not; answers whether it is still its. */
export const RENEW = `
if redis.call('HGET', KEYS[2], 'epoch') ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** Keys: lock. Arguments: owner. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;

/**
 * Writes one batch, once. Keys: lock, meta, events, commands, states, facts. Arguments: owner, ms, epoch, the batch before, this batch,
 * the number of the last event before and after; then the events (how many; each: its id, 1 for a command, how many words, the words),
 * the states, the nodes let go of, and the facts (how many words, the words). Answers `ok`, or why it wrote nothing.
 */
export const APPEND = `
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'batch', 'last')
if not meta[1] then return 'gone' end
if meta[1] ~= ARGV[3] then return 'stale ' .. (redis.call('GET', KEYS[1]) or '') end
if meta[2] == ARGV[5] then return 'ok' end
if meta[2] ~= ARGV[4] or meta[3] ~= ARGV[6] then return 'behind ' .. meta[3] end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local at = 8
local function count()
  at = at + 1
  return tonumber(ARGV[at - 1])
end
for _ = 1, count() do
  local id, is_command, words = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  redis.call('XADD', KEYS[3], id, unpack(ARGV, at + 3, at + 2 + words))
  if is_command == '1' then redis.call('XADD', KEYS[4], id, unpack(ARGV, at + 3, at + 2 + words)) end
  at = at + 3 + words
end
local function each(step, work)
  local words = count()
  for i = at, at + words - 1, step do work(i) end
  at = at + words
end
each(2, function(i) redis.call('HSET', KEYS[5], ARGV[i], ARGV[i + 1]) end)
each(1, function(i) redis.call('HDEL', KEYS[5], ARGV[i]) end)
each(2, function(i) redis.call('HSET', KEYS[6], ARGV[i], ARGV[i + 1]) end)
redis.call('HSET', KEYS[2], 'batch', ARGV[5], 'last', ARGV[7])
return 'ok'
`;

/** Keys: meta, events, commands. Arguments: epoch, then ids. Answers `ok` or `stale`. */
export const REMOVE = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 'stale ' end
for i = 2, #ARGV do
  redis.call('XDEL', KEYS[2], ARGV[i])
  redis.call('XDEL', KEYS[3], ARGV[i])
end
return 'ok'
`;
