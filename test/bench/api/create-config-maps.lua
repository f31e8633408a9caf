-- wrk: POST of a ConfigMap of about 1 KB under a name of its own. Arguments: a word for this run, a bearer token.
threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

local count = 0
local filler = string.rep("x", 900)

function init(args)
  prefix = "bench-" .. args[1] .. "-" .. id .. "-"
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[2]
end

function request()
  count = count + 1
  return wrk.format(nil, nil, nil,
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"' .. prefix .. count ..
    '","namespace":"default","labels":{"app":"bench"}},"data":{"content":"' .. filler .. '"}}')
end
