/**
 * The parent of every process: one fixed POSIX sh script. Commands, paths and limits reach it as arguments and are
 * never put together to a text that a shell reads.
 *
 *   shim.sh hold  STATE SETSID STDERR PARTIAL STRICT FILES CORE GROUPS ARGV…   stays as parent, writes STATE/exit
 *   shim.sh enter STATE SETSID STDERR PARTIAL STRICT FILES CORE GROUPS ARGV…   becomes the program
 *   shim.sh dress ARGV…   unpacks the environment, once the user is changed, and becomes the program
 *
 * SETSID: path of that program, or "-". Nothing is looked for on the PATH, which is the process's own.
 * STDERR: the file descriptor where the program's standard error goes: 1, or 3 where its streams are kept apart.
 * PARTIAL 1: a limit is known not to hold. STRICT 1: the groups (control groups, joined by ":") are needed for limits.
 *
 * STATE/started is created by whoever comes first: the shim just before it executes the program, or an agent that
 * decides that this run shall never be. So a late shim cannot start what was given up, and a program that was executed
 * always has its record. Both records are whole once they end in a newline; the time of the exit is the file's.
 *
 * Variables of the script have names that no environment has: one that came from there would be the program's.
 *
 * The program runs in the foreground of the shim because a shell lets what it starts with "&" ignore SIGINT and
 * SIGQUIT, and in a session of its own so that signals for its group do not reach the shim.
 */
export const shimScript = `#!/bin/sh
set -f
_plush_mode=$1
if [ "$_plush_mode" = dress ]; then
  shift
  _plush_number=0
  while [ "$_plush_number" -lt "$PLUSH_PACKED_COUNT" ]; do
    eval "export \\"\\$PLUSH_PACKED_NAME_$_plush_number=\\$PLUSH_PACKED_VALUE_$_plush_number\\""
    unset "PLUSH_PACKED_NAME_$_plush_number" "PLUSH_PACKED_VALUE_$_plush_number"
    _plush_number=$((_plush_number + 1))
  done
  unset PLUSH_PACKED_COUNT
  exec "$@"
fi
_plush_state=$2 _plush_setsid=$3 _plush_stderr=$4
_plush_partial=$5 _plush_strict=$6 _plush_files=$7 _plush_core=$8 _plush_groups=$9
shift 9
if [ "$_plush_mode" = hold ]; then
  trap : HUP INT TERM QUIT USR1 USR2 ALRM
  set -- "$_plush_strict" "$_plush_files" "$_plush_core" "$_plush_groups" "$@"
  set -- enter "$_plush_state" - "$_plush_stderr" "$_plush_partial" "$@"
  if [ "$_plush_setsid" != - ]; then
    "$_plush_setsid" /bin/sh "$0" "$@" 2>&"$_plush_stderr" 3>&-
  else
    /bin/sh "$0" "$@" 2>&"$_plush_stderr" 3>&-
  fi
  _plush_code=$?
  printf '%s\\n' "$_plush_code" >"$_plush_state/exit"
  exit 0
fi
[ "$_plush_files" = - ] || ulimit -n "$_plush_files" 2>/dev/null || _plush_partial=1
[ "$_plush_core" = - ] || ulimit -c "$_plush_core" 2>/dev/null || _plush_partial=1
if [ "$_plush_groups" != - ]; then
  IFS=:
  for _plush_group in $_plush_groups; do
    { echo "$$" >"$_plush_group/cgroup.procs"; } 2>/dev/null || [ "$_plush_strict" = 0 ] || _plush_partial=1
  done
  unset IFS
fi
record() {
  printf '%s %s %s %s %s\\n' "$$" "\${20}" "$3" "$_plush_boot" "$_plush_partial"
}
IFS= read -r _plush_stat </proc/$$/stat
IFS= read -r _plush_boot </proc/sys/kernel/random/boot_id
set -C
{ record \${_plush_stat##*) } >"$_plush_state/started"; } 2>/dev/null || exit 125
set +C
exec "$@"
`;
