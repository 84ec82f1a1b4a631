#!/bin/sh
# What the tests need of the machine: installed where this may be done, else named.
# bubblewrap: the sandbox of grading. Chromium: pages and slides. npm: what these show.
missing=
command -v bwrap >/dev/null || missing="$missing bubblewrap"
command -v npm >/dev/null || missing="$missing npm"
for name in chromium chromium-browser google-chrome chrome; do
	command -v $name >/dev/null && browser=$name
done
[ "$browser" ] || missing="$missing chromium"
[ "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing$missing"
	timeout 300 sh -c "apt-get update && apt-get install --yes$missing" >/dev/null 2>&1 &&
		exit 0
fi
echo "These tests need more than is here; install$missing and repeat the command." >&2
exit 1
