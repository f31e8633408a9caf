-- wrk: etcd's JSON gateway, POST /v3/kv/put of 1 KB under a key of its own. Argument: a word for this run.
threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
  local result = {}
  for i = 1, #text, 3 do
    local a, b, c = text:byte(i, i + 2)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    for shift = 18, 0, -6 do
      local six = math.floor(bits / 2 ^ shift) % 64 + 1
      result[#result + 1] = alphabet:sub(six, six)
    end
    if c == nil then result[#result] = "=" end
    if b == nil then result[#result - 1] = "=" end
  end
  return table.concat(result)
end

local count = 0
local value = base64(string.rep("x", 1024))

function init(args)
  prefix = "bench-" .. args[1] .. "-" .. id .. "-"
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  count = count + 1
  return wrk.format(nil, nil, nil, '{"key":"' .. base64(prefix .. count) .. '","value":"' .. value .. '"}')
end
