#!/bin/sh
# Starts, stops and shows the servers of one ZooKeeper ensemble.
# Needs a POSIX shell, setsid and flock (util-linux), and the Java named below.

home=@HOME@
nodes=@NODES@
java=@JAVA@
class_path=@CLASS_PATH@

usage() {
  cat <<END
Usage: $0 start|stop|restart N
       $0 status [N]
       $0 log N [LINES]
N is the name or the number of a node: $nodes

start    starts it; waits until it has read its configuration, not until it serves
stop     ends it: SIGTERM, after 3 seconds SIGKILL
restart  stop and start, also for one that is paused
status   running, paused or stopped; ends with 0, 1 or 3
log      the last lines of its log (50)
END
}

die() {
  echo "node: $*" >&2
  exit 1
}

# Is process $pid there? Sets $code to its state, as in proc(5).
alive() {
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  code=${stat##*) }
  case $code in [ZX]*) return 1 ;; esac
}

# Sets $state, and $pid unless it is stopped. A left-over pid file may name a stranger.
look() {
  state=stopped
  pid=
  { read -r pid <"$dir/pid"; } 2>/dev/null
  case $pid in '' | *[!0-9]*) return ;; esac
  if alive && grep -qF -- "$dir/zoo.cfg" "/proc/$pid/cmdline" 2>/dev/null; then
    case $code in
      [Tt]*) state=paused ;;
      *) state=running ;;
    esac
  fi
}

show() {
  if [ "$state" = stopped ]; then echo "$name stopped"; else echo "$name $state pid $pid"; fi
}

# Waits $1 twentieths of a second at most.
await_end() {
  left=$1
  while alive; do
    [ "$left" -gt 0 ] || return 1
    left=$((left - 1))
    sleep 0.05
  done
}

printed() {
  tail -c "+$from" "$log"
}

# The last line that names a cause, or else the last line.
last_words() {
  printed | grep -E '^((Caused by|Error): |[A-Za-z0-9_.$]+(Exception|Error)(: |$))' | tail -n 1 | grep . ||
    printed | grep . | tail -n 1
}

launch() {
  cd "$dir" || exit 1
  # The marker is there from the first process on, and it alone goes on to the server.
  export EVALCTL_RUN_SUBJECT=@RUN_ID@
  exec setsid sh -c 'echo $$ >pid && exec "$@"' sh \
    env -i PATH="$PATH" HOME="${HOME:-/}" LANG=C.UTF-8 EVALCTL_RUN_SUBJECT="$EVALCTL_RUN_SUBJECT" \
    "$java" @OPTIONS@ -Djdk.net.hosts.file="$dir/hosts" -cp "$class_path" \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "$dir/zoo.cfg"
}

start() {
  look
  case $state in
    running) show; return ;;
    paused) show; die "a paused process cannot be started; try: $0 restart $name" ;;
  esac
  [ -x "$java" ] || die "cannot start $name: there is no program $java"
  mkdir -p "$dir/log" || exit 1
  log=$dir/log/server.log
  : >>"$log" || exit 1
  from=$(($(wc -c <"$log") + 1))
  rm -f "$dir/pid"
  launch </dev/null >>"$log" 2>&1 9>&- &
  # The election begins when the configuration and the data have been read.
  pause=0.2
  left=60
  while [ "$left" -gt 0 ]; do
    left=$((left - 1))
    sleep "$pause"
    pause=0.05
    pid=
    { read -r pid <"$dir/pid"; } 2>/dev/null
    [ -n "$pid" ] || continue
    alive || die "$name ended at once: $(last_words) (log: $log)"
    if printed | grep -qF -- '- LOOKING'; then break; fi
  done
  look
  [ "$state" = running ] || die "$name did not start (log: $log)"
  show
}

stop() {
  look
  if [ "$state" != stopped ]; then
    # A paused process gets SIGTERM only when it goes on.
    kill -s TERM "$pid" && kill -s CONT "$pid"
    await_end 60 || { kill -s KILL "$pid"; await_end 60; } || die "$name (pid $pid) cannot be ended"
  fi
  rm -f "$dir/pid"
  state=stopped
}

choose() {
  case $1 in
    zk*) name=$1 ;;
    *) name=zk$1 ;;
  esac
  case " $nodes " in
    *" $name "*) dir=$home/nodes/$name ;;
    *) die "there is no node $1; nodes are: $nodes" ;;
  esac
}

lock() {
  exec 9>>"$dir/lock" || exit 1
  flock -w 15 9 || die "another command has been working on $name for 15 seconds"
}

# Nothing that the caller has open may stay open for as long as a node lives.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

case $1,$# in
  start,2) choose "$2" && lock && start ;;
  stop,2) choose "$2" && lock && stop && show ;;
  restart,2) choose "$2" && lock && stop && start ;;
  status,1)
    for name in $nodes; do
      dir=$home/nodes/$name
      look
      show
    done
    ;;
  status,2)
    choose "$2"
    look
    show
    case $state in running) exit 0 ;; paused) exit 1 ;; *) exit 3 ;; esac
    ;;
  log,2 | log,3)
    choose "$2"
    exec tail -n "${3:-50}" "$dir/log/server.log"
    ;;
  help,* | --help,* | -h,*) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
