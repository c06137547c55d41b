-- Sends the cookies of the file that is the script's argument, one line each, in
-- turn, and prints the result as JSON.
local requests, at = {}, 0

function init(args)
  for cookie in io.lines(args[1]) do
    local headers = {}
    if cookie ~= "" then headers["Cookie"] = cookie end
    requests[#requests + 1] = wrk.format("GET", nil, headers)
  end
  at = math.random(#requests)
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
