/** Of the shim that looks after a lease, for as long as anything of the run is there. */
const leaseFunctions = `
    # Where the lease is: _plush_now, _plush_stop and _plush_end, in hundredths of a second.
    look() {
      IFS=' .' read -r _plush_now _plush_part _plush_rest </proc/uptime
      _plush_now=$((_plush_now * 100 + 1$_plush_part - 100))
      _plush_stop=0 _plush_end=0 _plush_under=
      { IFS=' ' read -r _plush_stop _plush_end _plush_under <"$_plush_lease"; } 2>/dev/null
      [ "$_plush_under" = "$_plush_boot" ] || _plush_stop=0 _plush_end=0
    }
    # Sends a signal to the program's group, if it is still the program that has the number; fails where there is none.
    tell() {
      { IFS= read -r _plush_line <"$_plush_state/started"; } 2>/dev/null || return 1
      set -- "$1" $_plush_line
      { IFS= read -r _plush_line <"/proc/$2/stat"; } 2>/dev/null || return 1
      is_started "$3" \${_plush_line##*) } || return 1
      if [ "$4" = "$2" ]; then kill -s "$1" -- "-$2"; else kill -s "$1" "$2"; fi 2>/dev/null
    }
    is_started() { [ "$1" = "\${21}" ]; }
    # Looks for a mark in environments, those of shims left out: kills with KILL, else fails at the first that has it.
    marked() {
      for _plush_found in $(LC_ALL=C PLUSH_RUN= PLUSH_CLAIM_UID= "$_plush_grep" -lszxF "$2" /proc/[0-9]*/environ); do
        _plush_found=\${_plush_found#/proc/} _plush_found=\${_plush_found%/environ} _plush_line=
        { IFS= read -r _plush_line <"/proc/$_plush_found/cmdline"; } 2>/dev/null
        case $_plush_line in *"$0lease$_plush_lease"*) continue ;; esac
        if [ "$1" = KILL ]; then kill -s KILL "$_plush_found" 2>/dev/null; else return 1; fi
      done
    }
    # Everything of the claim, by all that is known of it.
    end_all() {
      tell KILL
      if [ "$_plush_groups" != - ]; then
        IFS=:
        for _plush_group in $_plush_groups; do
          { echo 1 >"$_plush_group/cgroup.kill"; } 2>/dev/null
        done
        unset IFS
      fi
      marked KILL "PLUSH_CLAIM_UID=$PLUSH_CLAIM_UID"
    }
    # The run is over and has left nothing.
    is_done() {
      [ -e "$_plush_state/exit" ] || ! kill -0 $$ 2>/dev/null || return 1
      marked - "PLUSH_RUN=$PLUSH_RUN"
    }
    # Until the next instant that matters, and not longer than a second.
    pause() {
      _plush_wait=100
      if [ "$_plush_now" -ge "$_plush_end" ]; then _plush_wait=10
      elif [ "$_plush_now" -lt "$_plush_stop" ]; then _plush_wait=$((_plush_stop - _plush_now))
      else _plush_wait=$((_plush_end - _plush_now))
      fi
      if [ "$_plush_wait" -ge 100 ] || [ -z "$_plush_fine" ]; then _plush_wait=1
      elif [ "$_plush_wait" -ge 10 ]; then _plush_wait=0.$_plush_wait
      else _plush_wait=0.0$_plush_wait
      fi
      PLUSH_RUN= PLUSH_CLAIM_UID= "$_plush_sleep" "$_plush_wait" 2>/dev/null
    }
    watch() {
      trap '' HUP INT TERM QUIT USR1 USR2 ALRM
      set +f
      _plush_fine= _plush_told=
      ! PLUSH_RUN= PLUSH_CLAIM_UID= "$_plush_sleep" 0.01 2>/dev/null || _plush_fine=1
      while ! is_done; do
        look
        # Without fractions the next look may be a second late.
        [ -n "$_plush_fine" ] || _plush_now=$((_plush_now + 100))
        if [ "$_plush_now" -ge "$_plush_end" ]; then end_all
        elif [ "$_plush_now" -lt "$_plush_stop" ]; then _plush_told=
        elif [ -z "$_plush_told" ]; then ! tell "$_plush_signal" || _plush_told=1
        fi
        pause
      done
      exit 0
    }`;

/**
 * The parent of every process: one fixed POSIX sh script. Commands, paths and limits reach it as arguments and are
 * never put together to a text that a shell reads.
 *
 *   shim.sh hold  STATE SETSID STDERR PARTIAL STRICT FILES CORE GROUPS ARGV…   stays as parent, writes STATE/exit
 *   shim.sh enter STATE SETSID STDERR PARTIAL STRICT FILES CORE GROUPS ARGV…   becomes the program
 *   shim.sh lease FILE BOOT SLEEP GREP SIGNAL hold …   as hold, and looks after the lease beside it
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
 * A lease is two instants of /proc/uptime in FILE, in hundredths of a second, and the boot that they belong to; whoever
 * renews it replaces the file. A process beside the shim looks at it each second, and at the very instants where the
 * machine's SLEEP knows fractions: from the first on the program's group is sent SIGNAL, once; from the second on all
 * that bears the claim's mark is killed, until nothing does. It needs neither the agent nor the shim for that, and stays
 * until nothing of the run is left. Where it cannot tell (no file, another boot) the lease is over.
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
_plush_lease=
if [ "$_plush_mode" = lease ]; then
  _plush_lease=$2 _plush_boot=$3 _plush_sleep=$4 _plush_grep=$5 _plush_signal=$6 _plush_mode=$7
  shift 6
fi
_plush_state=$2 _plush_setsid=$3 _plush_stderr=$4
_plush_partial=$5 _plush_strict=$6 _plush_files=$7 _plush_core=$8 _plush_groups=$9
shift 9
if [ "$_plush_mode" = hold ]; then
  trap : HUP INT TERM QUIT USR1 USR2 ALRM
  if [ -n "$_plush_lease" ]; then
    ${leaseFunctions}
    look
    [ "$_plush_now" -lt "$_plush_stop" ] || exit 125
    watch &
  fi
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
