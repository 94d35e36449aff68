#!/usr/bin/env bash
# Counts the indirect jumps of the dispatch loop in the release build. Without the flags in .cargo/config.toml the
# compiler merges them into one or two, and loops run at half the speed.
set -euo pipefail
cd "$(dirname "$0")/.."

least=25
symbol='weft_vm::dispatch::'

if ! command -v objdump >/dev/null; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq binutils
fi

case "$(uname -m)" in
    x86_64) jump='jmp +[*]' ;;
    aarch64) jump='br\tx' ;;
    *) echo "dispatch_jumps: no pattern for $(uname -m), nothing counted"; exit 0 ;;
esac

# A RUSTFLAGS variable would replace the flags under test.
unset RUSTFLAGS
cargo build --release --quiet -p weft-cli
binary="${CARGO_TARGET_DIR:-target}/release/weft"

# The largest count in one function of the dispatch module: that is the loop.
read -r count name < <(
    objdump --disassemble --demangle --no-show-raw-insn "$binary" |
        awk -v symbol="$symbol" -v jump="$jump" '
            /^[0-9a-f]+ <.*>:$/ { name = index($0, symbol) ? $0 : "" }
            name != "" && $0 ~ jump { count[name]++ }
            END {
                best = "-"
                for (name in count) if (best == "-" || count[name] > count[best]) best = name
                print count[best] + 0, best
            }'
)

echo "indirect jumps in the dispatch loop: $count (at least $least)  $name"
[ "$count" -ge "$least" ]
