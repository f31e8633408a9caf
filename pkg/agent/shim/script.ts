/**
 * The parent of every process: one fixed POSIX sh script. Commands, paths and limits reach it as arguments and are
 * never put together to a text that a shell reads.
 *
 *   shim.sh hold  STATE PARTIAL STRICT FILES CORE GROUPS ARGV…   stays as parent, writes STATE/exit
 *   shim.sh enter STATE PARTIAL STRICT FILES CORE GROUPS ARGV…   becomes the program
 *
 * PARTIAL 1: a limit is known not to hold. STRICT 1: the groups (control groups, joined by ":") are needed for limits.
 *
 * STATE/started is created by whoever comes first: the shim just before it executes the program, or an agent that
 * decides that this run shall never be. So a late shim cannot start what was given up, and a program that was executed
 * always has its record. Both records are whole once they end in a newline; the time of the exit is the file's.
 *
 * The program runs in the foreground of the shim because a shell lets what it starts with "&" ignore SIGINT and
 * SIGQUIT, and in a session of its own so that signals for its group do not reach the shim.
 */
export const shimScript = `#!/bin/sh
set -f
mode=$1 state=$2 partial=$3 strict=$4 files=$5 core=$6 groups=$7
shift 7
if [ "$mode" = hold ]; then
  trap : HUP INT TERM QUIT USR1 USR2 ALRM
  if command -v setsid >/dev/null 2>&1; then
    setsid sh "$0" enter "$state" "$partial" "$strict" "$files" "$core" "$groups" "$@" 2>&1
  else
    sh "$0" enter "$state" "$partial" "$strict" "$files" "$core" "$groups" "$@" 2>&1
  fi
  code=$?
  printf '%s\\n' "$code" >"$state/exit"
  exit 0
fi
[ "$files" = - ] || ulimit -n "$files" 2>/dev/null || partial=1
[ "$core" = - ] || ulimit -c "$core" 2>/dev/null || partial=1
if [ "$groups" != - ]; then
  IFS=:
  for group in $groups; do
    { echo "$$" >"$group/cgroup.procs"; } 2>/dev/null || [ "$strict" = 0 ] || partial=1
  done
  unset IFS
fi
record() {
  printf '%s %s %s %s %s\\n' "$$" "\${20}" "$3" "$boot" "$partial"
}
IFS= read -r stat </proc/$$/stat
IFS= read -r boot </proc/sys/kernel/random/boot_id
set -C
{ record \${stat##*) } >"$state/started"; } 2>/dev/null || exit 125
set +C
exec "$@"
`;
