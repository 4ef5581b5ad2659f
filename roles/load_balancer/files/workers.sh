# The worker processes of nginx that still take connections. A worker that shuts down says so in its title.
master=$(cat /run/nginx.pid) || exit 1
for folder in /proc/[0-9]*; do
    parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$folder/status" 2>/dev/null)
    [ "$parent" = "$master" ] || continue
    title=$(tr '\0' ' ' <"$folder/cmdline" 2>/dev/null)
    case $title in
        *'shutting down'*) ;;
        'nginx: worker process'*) echo "${folder#/proc/}" ;;
    esac
done
