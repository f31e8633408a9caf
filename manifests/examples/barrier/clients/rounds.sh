#!/bin/sh
# rounds.sh BARRIER ROUNDS: enters a barrier again and again. `plush-agent` is on every process's PATH.
#
# The same by one HTTP call, where curl is there:
#   curl --unix-socket "$PLUSH_SOCKET" -X POST -d '{"timeout": "30s"}' http://plush/v1/barriers/BARRIER/enter
# answers 200 {"round", "rank", "entered", "late", "reason"}, 408 when the time is up, 409 when it is not let in.
set -eu
barrier=$1 rounds=$2 round=1
while [ "$round" -le "$rounds" ]; do
  # … what this round computes …
  answer=$(plush-agent barrier enter "$barrier" --round "$round")
  echo "round $round: $answer"
  round=$((round + 1))
done
