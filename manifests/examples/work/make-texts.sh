#!/bin/sh
# Writes a thousand texts into the directory texts beside this file: text N has N words.
set -eu
texts=$(dirname "$0")/texts
mkdir -p "$texts"
awk -v texts="$texts" 'BEGIN {
  for (n = 1; n <= 1000; n++) {
    file = sprintf("%s/%04d.txt", texts, n)
    for (word = 1; word <= n; word++) printf "word%s", word % 12 == 0 ? "\n" : " " >file
    print "" >file
    close(file)
  }
}'
