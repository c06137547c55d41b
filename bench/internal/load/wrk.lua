-- Sends the cookies of the file that is the script's argument, one line each, in
-- turn, and prints the result as JSON. Threads share no cookie, so that no two
-- requests under way share a session.
local requests, at, threads = {}, 0, 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  local line, all = 0, tonumber(args[2])
  for cookie in io.lines(args[1]) do
    if line % all == id then
      local headers = {}
      if cookie ~= "" then headers["Cookie"] = cookie end
      requests[#requests + 1] = wrk.format("GET", nil, headers)
    end
    line = line + 1
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format('\nresult {"requests":%d,"errors":%d,"elapsed":%f,"p50_us":%f,"p99_us":%f}\n',
    summary.requests, e.connect + e.read + e.write + e.status + e.timeout,
    summary.duration / 1e6, latency:percentile(50), latency:percentile(99)))
end
