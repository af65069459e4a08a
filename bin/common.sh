# Shared by the scripts in this folder: the project's folder, its own Node first on the PATH, and how progress looks.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' plain=''
fi

say() { printf '%s\n' "$*"; }

# fail WHAT NEXT: says what is wrong and what to do about it, and ends the script.
fail() {
  printf '%s%s%s\n%s\n' "$red" "$1" "$plain" "$2" >&2
  exit 1
}

# with_progress LABEL COMMAND...: runs a command quietly while showing that it lives; shows its output if it fails.
with_progress() {
  local label=$1 log started=$SECONDS pid status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  # shellcheck disable=SC2064 # the values of now are meant
  trap "kill $pid 2>/dev/null; rm -f '$log'; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    show_elapsed "$label" $((SECONDS - started))
    sleep 0.5
  done
  wait "$pid" || status=$?
  trap - INT TERM
  if [[ -t 1 ]]; then printf '\r\e[K'; fi
  if ((status == 0)); then
    say "  ${green}✓${plain} $label ${dim}($((SECONDS - started)) s)${plain}"
  else
    say "  ${red}✗${plain} $label"
    tail -n 30 "$log" | sed 's/^/    /' >&2
  fi
  rm -f "$log"
  return "$status"
}

# On a terminal one line that counts up; elsewhere a line now and then, so that a log stays short.
show_elapsed() {
  if [[ -t 1 ]]; then
    printf '\r\e[K  %s … %d s' "$1" "$2"
  elif (($2 % 15 == 0)) && [[ "${last_shown:-}" != "$1 $2" ]]; then
    last_shown="$1 $2"
    say "  $1 … $2 s"
  fi
}
