# Sourced by the scripts beside it: where the repository is, and apt without questions.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 3; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing packages needs root: run this as root, or install sudo"; fi
}

# install PACKAGE...: installs by apt those that are missing, and nothing if none is.
install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# fetch_promtool DIR: leaves Debian's promtool in DIR and installs nothing, as the package that has
# it would start a server.
fetch_promtool() {
  local folder
  [ -x "$1/promtool" ] && return 0
  say "fetching promtool"
  folder=$(mktemp -d)
  (cd "$folder" && apt-get download -qq prometheus 2>/dev/null) ||
    { as_root apt-get update -qq >&2 && (cd "$folder" && apt-get download -qq prometheus >&2); }
  dpkg -x "$folder"/prometheus_*.deb "$folder"
  mkdir -p "$1"
  mv "$folder/usr/bin/promtool" "$1/promtool"
  rm -rf "$folder"
}
