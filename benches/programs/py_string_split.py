# Text taken apart: lines, fields, stripping, searching, replacing and joining again.
N = 1_200

LINES = "\n".join(
    f"  {i:04d}, name_{i % 37} , value={i * 7919 % 1000} ;  # comment {i}  " for i in range(1_000)
)


def main():
    check = 0
    for turn in range(N):
        kept = []
        for line in LINES.splitlines():
            body, _, comment = line.partition("#")
            fields = [field.strip(" ;") for field in body.split(",")]
            if not fields[1].startswith("name") or comment.rfind("7") < 0:
                continue
            key, value = fields[2].split("=")
            kept.append(fields[1].replace("name_", key) + ":" + value.zfill(4))
        text = "|".join(kept)
        check = (check * 31 + len(text) + text.count("9") + text.find("value3") + turn) % 1000000007
    print(check)


main()
