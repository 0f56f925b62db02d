# Usage: [BESIDE="PROGRAM ARGUMENT..."] keeper LOCK PROGRAM [ARGUMENT]...
# Runs a program, and another beside it, for as long as someone holds a shared lock on a file, and
# a minute longer. Must lead a process group of its own.
lock=$1
shift
exec 9>>"$lock"
if [ -n "$BESIDE" ]; then
    $BESIDE 9>&- &
fi
"$@" 9>&- &
server=$!
unused=0
while kill -0 "$server" 2>/dev/null; do
    sleep 5
    if flock --exclusive --nonblock 9; then
        unused=$((unused + 5))
        if [ "$unused" -ge 60 ]; then
            # The lock stays held: whoever comes now waits, and starts a new one.
            break
        fi
        flock --unlock 9
    else
        unused=0
    fi
done
trap '' TERM
kill -TERM 0
wait
