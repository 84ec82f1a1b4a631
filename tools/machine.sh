#!/bin/sh
# What the tests need of the machine: installed where this may be done, else named.
# bubblewrap: the sandbox of grading. Chromium: pages and slides. npm: what these show.
# One test compares with the whole of Fashion-MNIST, which is Debian's.
browser= missing= data=
command -v bwrap >/dev/null || missing="$missing bubblewrap"
command -v npm >/dev/null || missing="$missing npm"
for name in chromium chromium-browser google-chrome chrome; do
	command -v $name >/dev/null && browser=$name
done
[ "$browser" ] || missing="$missing chromium"
[ -d "${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}" ] || data=" dataset-fashion-mnist"
[ "$missing$data" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing$missing$data"
	timeout 300 sh -c "apt-get update && apt-get install --yes$missing$data" >/dev/null 2>&1 &&
		exit 0
fi
[ "$missing" ] || exit 0
echo "These tests need more than is here; install$missing and repeat the command." >&2
exit 1
