# Sourced by the other scripts: makes sure that .venv holds the locked packages.
#
#   fitness_setup LOCK     LOCK: requirements.txt, requirements-web.txt or requirements-dev.txt
#
# Sets `root` (the repository) and `python` (the interpreter in .venv). When all is there it only compares files.
# shellcheck shell=bash

unset CDPATH PYTHONHOME PYTHONPATH
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
python="$root/.venv/bin/python"
stamps="$root/.venv/.fitness"

fitness_fail() {
    echo "error: $*" >&2
    exit 1
}

# Prints the name of a Python 3.10-3.14 that can make virtual environments.
fitness_find_python() {
    local candidate without_venv=""
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))' \
            >/dev/null 2>&1 </dev/null || continue
        if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1 </dev/null; then
            echo "$candidate"
            return
        fi
        without_venv="${without_venv:-$candidate}"
    done
    if [ -n "$without_venv" ]; then
        fitness_fail "$without_venv cannot make virtual environments; install its venv module" \
            "(on Debian or Ubuntu: apt install python3-venv)"
    fi
    fitness_fail "no Python 3.10 to 3.14 was found; install one from your system's packages or from python.org"
}

# Prints the interpreter behind .venv/bin/python; a system upgrade may put another one in its place.
fitness_interpreter() {
    readlink -f -- "$python" 2>/dev/null || true
}

# True if .venv has the packages of lock $1 and this checkout. Its stamps are a copy of that lock, the interpreter's path
# and the checkout's path.
fitness_ready() {
    [ -x "$python" ] && cmp -s -- "$root/$1" "$stamps/$1" &&
        [ "$(fitness_interpreter)" = "$(cat -- "$stamps/python" 2>/dev/null)" ] &&
        [ "$root" = "$(cat -- "$stamps/checkout" 2>/dev/null)" ]
}

# Makes .venv with the interpreter $1, unless a usable one is there that no install was broken off in.
fitness_make_venv() {
    local options=()
    if [ -e "$root/.venv" ]; then
        if [ ! -e "$stamps/busy" ] && "$python" -m pip --version >/dev/null 2>&1 </dev/null; then
            return
        fi
        echo "fitness: making .venv anew, the one that is there is not usable" >&2
        options=(--clear)
    fi
    "$1" -m venv ${options[@]+"${options[@]}"} -- "$root/.venv" >&2 </dev/null ||
        fitness_fail "$1 could not make the virtual environment $root/.venv"
}

# Runs pip install with the given arguments; what it says goes to the log. False if it fails.
fitness_pip() {
    PIP_USER=0 "$python" -m pip install --disable-pip-version-check --no-input --no-compile "$@" >>"$log" 2>&1 </dev/null
}

# Installs the packages of lock $1 into .venv, and this checkout itself, so that `import fitness` works from any folder.
fitness_install() {
    local log="$stamps/install.log"
    mkdir -p -- "$stamps"
    : >"$stamps/busy"
    : >"$log"
    if ! fitness_pip --require-hashes --only-binary :all: --requirement "$root/$1" \
        --requirement "$root/requirements-build.txt" ||
        ! fitness_pip --no-deps --no-build-isolation --editable "$root"; then
        rm -f -- "$stamps/busy" # pip gives up before it changes anything
        grep -E '^ERROR' -- "$log" | tail -n 3 >&2 || tail -n 3 -- "$log" >&2
        fitness_fail "the Python packages could not be installed; the whole log is $log"
    fi
    # Compiled on all cores and without the packages' own tests, which pip cannot do; only a matter of speed.
    "$python" -m compileall -q -j 0 -x '[\\/]tests?[\\/]' "$root"/.venv/lib/python*/site-packages \
        >/dev/null 2>&1 </dev/null || true
    rm -f -- "$stamps/busy"
    if [ "$1" != requirements.txt ]; then # it holds the smaller locks
        cp -- "$root/requirements.txt" "$stamps/requirements.txt"
    fi
    if [ "$1" = requirements-dev.txt ]; then
        cp -- "$root/requirements-web.txt" "$stamps/requirements-web.txt"
    fi
    fitness_interpreter >"$stamps/python"
    printf '%s\n' "$root" >"$stamps/checkout"
    cp -- "$root/$1" "$stamps/$1.new" # the last stamp appears whole, or not at all
    mv -- "$stamps/$1.new" "$stamps/$1"
}

fitness_setup() {
    if fitness_ready "$1"; then
        return
    fi
    local found
    found="$(fitness_find_python)"
    : 2>/dev/null >>"$root/.venv.lock" ||
        fitness_fail "$root cannot be written to; copy the program into a folder of yours"
    # One set-up at a time. The lock belongs to the open file: it outlives the Python that takes it, and ends with
    # this shell, however that ends.
    exec 9>>"$root/.venv.lock"
    "$found" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
    if ! fitness_ready "$1"; then
        echo "fitness: setting up Python packages in .venv (once; takes about a minute) ..." >&2
        fitness_make_venv "$found"
        fitness_install "$1"
        echo "fitness: set-up done" >&2
    fi
    exec 9>&-
}
