#!/usr/bin/env bash
# Looks at the dispatch loop of the release build: counts its indirect jumps (a loop without any compares its way to
# each instruction), and tells where the block lies that most ways lead back to: if it crosses a cache line, programs
# were seen to run an eighth slower.
set -euo pipefail
cd "$(dirname "$0")/.."

least=20
line=64
symbol='weft_vm::dispatch::run::run'

if ! command -v objdump >/dev/null; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq binutils
fi

case "$(uname -m)" in
    x86_64) ;;
    *) echo "dispatch_jumps: no pattern for $(uname -m), nothing looked at"; exit 0 ;;
esac

# A RUSTFLAGS variable would replace the flags under test.
unset RUSTFLAGS
cargo build --release --quiet -p weft-cli
binary="${CARGO_TARGET_DIR:-target}/release/weft"

read -r count ways head < <(
    objdump --disassemble --demangle --no-show-raw-insn "$binary" |
        awk -v symbol="$symbol" '
            /^[0-9a-f]+ <.*>:$/ { inside = index($0, symbol) }
            !inside { next }
            /jmp +[*]/ { count++ }
            $2 ~ /^j/ && $3 ~ /^[0-9a-f]+$/ { ways[$3]++ }
            END {
                for (target in ways) if (ways[target] > ways[head]) head = target
                print count + 0, ways[head] + 0, head
            }'
)

offset=$((0x${head:-0} % line))
echo "dispatch loop: $count indirect jumps (at least $least); $ways ways back to $head, $offset bytes into a cache line"
[ "$count" -ge "$least" ]
