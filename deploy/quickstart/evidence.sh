# Evidence from the request stream's own log, without asking anything of DepOps. A line of the log is
#   SENT_MS VERSION STATUS LATENCY_MS CONNECTION
# with VERSION "-" and a word for the status where no whole answer came.

stream_log() { echo "$STATE/logs/stream-$1.requests"; }

# breach_time SITE CANARY FROM_MS LIMIT: the time of the request with which the evidence against the canary passes the limit.
# The same mathematics as shared/analysis/sequential.h, from the other end of the wire: windows of one second, errors of both
# versions, the canary's share of the requests, the mixture over the same ratios. The evidence of a second under way counts.
breach_time() {
  awk -v canary="$2" -v from="$3" -v limit="$4" '
    BEGIN { ratios = split("1.25 1.5 2 3 5 10 20", ratio, " ") }
    function close_second(    k) {
      for (k = 1; k <= ratios; k++) sum[k] += log_ratio(ratio[k])
      cn = ce = sn = se = 0
    }
    function log_ratio(k,    share, worse) {
      if (!cn || !(ce + se)) return 0
      share = cn / (cn + sn)
      worse = k * share / (k * share + 1 - share)
      return (ce ? ce * log(worse / share) : 0) + (se ? se * log((1 - worse) / (1 - share)) : 0)
    }
    function evidence(    k, total) {
      for (k = 1; k <= ratios; k++) total += exp(sum[k] + log_ratio(ratio[k]))
      return total / ratios
    }
    $1 >= from {
      if (int($1 / 1000) != second) { close_second(); second = int($1 / 1000) }
      bad = $3 !~ /^[1-4][0-9][0-9]$/
      if ($2 == canary) { cn++; ce += bad } else { sn++; se += bad }
      if (bad && evidence() >= limit) { print $1; exit }
    }' "$(stream_log "$1")"
}

failed_between() {  # SITE FROM_MS TO_MS: answers other than 200 and requests without an answer
  awk -v from="$2" -v to="$3" '$1 >= from && $1 <= to && $3 != 200 { n++ } END { print n + 0 }' "$(stream_log "$1")"
}

failed_by_others() {  # VERSION...: failures everywhere that no bad version answered: there must be none
  cat "$STATE"/logs/stream-*.requests | awk -v bad=" $* " '$3 != 200 && !index(bad, " " $2 " ") { n++ } END { print n + 0 }'
}

count_requests() { cat "$STATE"/logs/stream-*.requests | wc -l; }

count_failures() { cat "$STATE"/logs/stream-*.requests | awk '$3 != 200 { n++ } END { print n + 0 }'; }

answered_by() {  # SITE VERSION COUNT: at least so many of the last requests were answered by it
  [ "$(tail -n 400 "$(stream_log "$1")" | awk -v v="$2" '$2 == v { n++ } END { print n + 0 }')" -ge "$3" ]
}

streams_answered() {  # every stream got its last 50 answers with status 200
  local site
  for site in "${SITES[@]}"; do
    [ "$(tail -n 50 "$(stream_log "$site")" | awk '$3 == 200 { n++ } END { print n + 0 }')" = 50 ] || return 1
  done
}

to_ms() { date -d "$1" +%s%3N; }  # RFC 3339 to milliseconds
