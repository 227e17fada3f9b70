# The environment of MediaPipe 0.10.14, for scripts that run it beside this program. Sourced after _setup.sh.
# peer: its Python, once install_peer has run.
peer="$root/.venv-mediapipe/bin/python"
peer_stamp="$root/.venv-mediapipe/.ready-0.10.14"

# Prints the name of a Python that MediaPipe 0.10.14 has wheels for.
find_peer_python() {
    local candidate
    for candidate in "$python" python3.11 python3.12 python3.10 python3.9 python3; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 12))' \
            >/dev/null 2>&1 </dev/null; then
            echo "$candidate"
            return
        fi
    done
    fitness_fail "MediaPipe 0.10.14 needs a Python from 3.9 to 3.12; install one"
}

# Makes the environment of MediaPipe 0.10.14 unless it is there.
install_peer() {
    [ ! -e "$peer_stamp" ] || return 0
    echo "installing MediaPipe 0.10.14 into .venv-mediapipe (once) ..." >&2
    "$(find_peer_python)" -m venv --clear -- "$root/.venv-mediapipe" >&2 </dev/null
    "$peer" -m pip install --quiet --disable-pip-version-check --no-input \
        "mediapipe==0.10.14" "numpy<2" >&2 </dev/null ||
        fitness_fail "MediaPipe could not be installed"
    : >"$peer_stamp"
}
