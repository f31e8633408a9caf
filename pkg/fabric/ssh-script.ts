/**
 * What runs on a machine to look at it and bring its agent up: fixed POSIX sh texts, sent over stdin with their data
 * after them, so that nothing is ever put together to a command. A word read is never expanded unquoted.
 *
 * All start by reading "ID VERSION" and finding the place: /var/lib/plush-agent/ID as root, else below /var/tmp (never
 * the home, which may be shared by machines). Others can write to /var/tmp: what is there counts only if it is ours.
 */
const place = `set -u
LC_ALL=C; export LC_ALL
umask 077
cd /
read -r id version
uid=$(id -u)
base=/var/tmp/plush-agent-$uid
[ "$uid" != 0 ] || base=/var/lib/plush-agent
dir=$base/$id
bundle=$dir/agent-$version.mjs
foreign() { [ -L "$1" ] || { [ -e "$1" ] && ! [ -O "$1" ]; }; }
if foreign "$base" || foreign "$dir"; then
  echo "$dir belongs to another user" >&2
  exit 1
fi
agent=none
read_agent() {
  agent=none
  [ -f "$dir/run/agent.pid" ] || return 0
  read -r pid <"$dir/run/agent.pid" || return 0
  { kill -0 "$pid" && grep -q -- "$dir" "/proc/$pid/cmdline"; } 2>/dev/null || return 0
  agent=$pid
}
`;

/**
 * Answers "plush FACT VALUE" lines up to "plush end", then obeys one command a line until its input ends:
 *   file NAME SIZE    takes SIZE bytes for DIR/NAME
 *   start NODE        ends an agent that runs, starts the new one, answers "plush started PID"
 *                     (with no flags of V8's: with any, Node compiles its own modules anew, which doubles its start)
 *   check             answers "plush check alive|dead|none socket|nosocket", then its last words up to "plush end"
 */
export const bootstrapScript = `${place}
say() { echo "plush $*"; }
find_node() {
  for node in "$dir/nodejs/node" "$(command -v node)" /usr/local/bin/node /usr/bin/node; do
    [ -n "$node" ] && [ -x "$node" ] || continue
    found=$("$node" -v 2>/dev/null) || continue
    found=\${found#v}
    [ "\${found%%.*}" -ge 18 ] 2>/dev/null && return 0
  done
  node=none
}
describe_system() {
  say system "$(uname -sm)"
  libc=glibc
  for loader in /lib/ld-musl-*; do [ ! -e "$loader" ] || libc=musl; done
  say libc "$libc"
}
stop_agent() {
  [ "$agent" != none ] || return 0
  kill -TERM "$agent" 2>/dev/null
  tries=0
  while kill -0 "$agent" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || kill -KILL "$agent" 2>/dev/null
    [ "$tries" -lt 120 ] || break
    sleep 0.05
  done
}
take_file() {
  mkdir -p "$dir/run" || exit 1
  [ "$uid" != 0 ] || chmod 711 "$base" "$dir" "$dir/run" || exit 1
  part=$dir/.part.$$
  umask 077
  case $1 in *.mjs) umask 022 ;; esac
  if head -c "$2" >"$part" && [ "$(wc -c <"$part")" -eq "$2" ] && mv -f "$part" "$dir/$1"; then return 0; fi
  rm -f "$part"
  exit 1
}
start_agent() {
  umask 077
  node=$1
  stop_agent
  rm -f "$dir/run/agent.sock"
  for old in "$dir"/agent-*.mjs; do [ "$old" = "$bundle" ] || rm -f "$old"; done
  set -- "$node" --v8-pool-size=1 --no-warnings "$bundle" run --dir "$dir"
  set -- env -i "PATH=$PATH" "$@"
  if command -v setsid >/dev/null; then set -- setsid "$@"; fi
  "$@" </dev/null >>"$dir/agent.log" 2>&1 &
  pid=$!
  echo "$pid" >"$dir/run/agent.pid" || exit 1
  say started "$pid"
}
check_agent() {
  read_agent
  socket=nosocket
  [ ! -S "$dir/run/agent.sock" ] || socket=socket
  state=alive
  [ "$agent" != none ] || state=dead
  say check "$state" "$socket"
  [ "$state" = alive ] || tail -n 15 "$dir/agent.log" 2>/dev/null
  echo
  say end
}
read_agent
say place "\${SUDO_UID:-$uid} $dir"
running=no
if [ "$agent" != none ]; then
  running=other
  ! grep -q -- "$bundle" "/proc/$agent/cmdline" 2>/dev/null || running=same
fi
say running "$running"
[ -f "$bundle" ] && say bundle present || say bundle absent
find_node
say node "$node"
[ "$node" != none ] || describe_system
say end
while read -r verb first second; do
  case $verb in
    file) take_file "$first" "$second" ;;
    start) start_agent "$first" ;;
    check) check_agent ;;
    *) exit 2 ;;
  esac
done
`;

/** Takes a gzip stream up to the end of its input for DIR/nodejs/node. */
export const runtimeScript = `${place}
mkdir -p "$dir/run" "$dir/nodejs" || exit 1
[ -z "\${SUDO_UID-}" ] || chmod 711 "$base" "$dir" "$dir/run" || exit 1
part=$dir/nodejs/.part.$$
if gzip -dc >"$part" && chmod 755 "$dir/nodejs" "$part" && mv -f "$part" "$dir/nodejs/node"; then exit 0; fi
rm -f "$part"
exit 1
`;

/** Becomes the bridge between its stdin and stdout and the agent's socket; NODE is on the next line. */
export const bridgeScript = `${place}
read -r node
exec "$node" "$bundle" bridge --dir "$dir"
`;

/**
 * Ends what runs there (found by the directory in arguments or environment, and by the agent's control groups) and removes
 * directory and groups. Reads the beginning of the groups' names after "ID VERSION".
 */
export const removeScript = `${place}
read -r owner
groups() {
  while read -r _ root type _; do
    case $type in cgroup | cgroup2) ;; *) continue ;; esac
    for group in "$root/$owner"*; do
      [ ! -d "$group" ] || find "$group" -depth -type d
    done
  done </proc/self/mounts
}
tries=0
while [ "$tries" -lt 20 ]; do
  tries=$((tries + 1))
  pids=
  for path in $(grep -lsF -- "$dir" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null); do
    pid=\${path#/proc/}
    pid=\${pid%/*}
    [ "$pid" = $$ ] || [ ! -d "/proc/$pid" ] || pids="$pids $pid"
  done
  for pid in $(groups | while read -r group; do cat "$group/cgroup.procs"; done 2>/dev/null); do
    # Shown in place of a process of another pid namespace; as a target it would mean this script.
    [ "$pid" = 0 ] || pids="$pids $pid"
  done
  [ -n "$pids" ] || break
  kill -KILL $pids 2>/dev/null
  sleep 0.05
done
groups | while read -r group; do rmdir -- "$group" 2>/dev/null; done
rm -rf -- "$dir" || exit 1
rmdir -- "$base" 2>/dev/null
[ ! -e "$dir" ] || exit 1
echo plush removed
`;

/** The command by which a script of so many bytes is run from stdin; quoted for every login shell. */
export function commandFor(script: string, sudo: boolean): string {
  const load = `eval "$(head -c ${Buffer.byteLength(script)})"`;
  if (!sudo) return `exec /bin/sh -c '${load}'`;
  // Root needs no sudo, and may not have it.
  const become = `if [ "$(id -u)" = 0 ]; then exec /bin/sh -c "$0"; fi; exec sudo -n /bin/sh -c "$0"`;
  return `exec /bin/sh -c '${become}' '${load}'`;
}
