#!/usr/bin/env bash
# Looks at the dispatch loop of the release build: counts its indirect jumps (a loop without any compares its way to
# each instruction) and the ways back to the block where instructions are fetched, and warns if that does not begin at
# a cache line: where it crossed one, programs were seen to run a fifth slower.
set -euo pipefail
cd "$(dirname "$0")/.."

line=64
symbol='weft_vm::dispatch::run::run>'

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

# The head is the block most jumps lead to among those that end in an indirect jump within a few instructions.
read -r count ways head < <(
    objdump --disassemble --demangle --no-show-raw-insn "$binary" |
        awk -v symbol="$symbol" '
            /^[0-9a-f]+ <.*>:$/ { inside = index($0, symbol) }
            !inside { next }
            { n++; at[n] = $1; sub(":", "", at[n]) }
            /jmp +[*]/ { count++; indirect[n] = 1 }
            $2 ~ /^j/ && $3 ~ /^[0-9a-f]+$/ { ways[$3]++ }
            END {
                for (i = 1; i <= n; i++)
                    for (j = i; j <= i + 8; j++)
                        if (indirect[j] && ways[at[i]] > ways[head]) head = at[i]
                print count + 0, ways[head] + 0, head
            }'
)

offset=$((0x${head:-1} % line))
echo "dispatch loop: $count indirect jumps; $ways ways back to its head at $head, $offset bytes into a cache line"
[ "$offset" -eq 0 ] || echo "dispatch loop: WARNING: the head should begin at a cache line (see the end of the loop in run.rs)"
[ "$count" -ge 1 ] && [ "$ways" -ge 20 ]
