namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// The small shell program that ends a child and all that it started. It leads the child's process group and reads a pipe
/// whose other end only the AppHost holds: when the pipe closes, because the AppHost wants it or because it is dead (even by
/// SIGKILL), the group is told to end (SIGTERM) and, after the time given, ended (SIGKILL). SIGCONT wakes what was frozen.
/// Processes that have left the group but descend from it belong to it too (Postgres' backends lead groups of their own).
/// </summary>
internal static class Watcher
{
    /// <summary>For <c>sh -c</c>; <c>$1</c> is how often it looks: ten times in the first second, then once a second.</summary>
    public const string Script = """
        trap : TERM INT HUP QUIT
        processes() {
          if [ ! -r /proc/self/stat ]; then ps -A -o pid= -o ppid= -o pgid=; return; fi
          for stat in /proc/[0-9]*/stat; do
            { read -r line <"$stat"; } 2>/dev/null || continue
            pid=${stat#/proc/}
            set -- ${line##*) }
            [ "$1" = Z ] || echo "${pid%/stat} $2 $3"
          done
        }
        family() {
          all=$(processes); found=" "; before=
          while [ "$found" != "$before" ]; do
            before=$found
            while read -r pid parent group; do
              [ "$pid" = $$ ] && continue
              case $found in *" $pid "*) continue;; esac
              case $group:$found in "$$:"*|*" $parent "*) found="$found$pid ";; esac
            done <<EOF
        $all
        EOF
          done
        }
        alive() {
          for pid in $1; do
            kill -0 "$pid" 2>/dev/null || continue
            { read -r line <"/proc/$pid/stat"; } 2>/dev/null || return 0
            case ${line##*) } in Z*) ;; *) return 0;; esac
          done
          return 1
        }
        while :; do read -r _; [ $? -gt 128 ] || break; done
        family; first=$found
        kill -TERM 0 2>/dev/null
        kill -CONT $first 2>/dev/null
        round=0
        while [ $round -lt "$1" ] && alive "$first"; do
          if [ $round -lt 10 ]; then sleep 0.1; else sleep 1; fi
          round=$((round + 1))
        done
        family
        kill -KILL $found 2>/dev/null
        for pid in $first; do kill -KILL "$pid" 2>/dev/null; done
        exit 0
        """;
}
