import io

log = io.StringIO("error: disk\nok\nerror: net\n\nnever read\n")
while (line := log.readline()) != "\n":
    if (colon := line.find(":")) >= 0:
        print(line[:colon], "->", line[colon + 2:].strip())
print([half for number in range(6) if (half := number // 2) > 1], half)
print(any((found := word).startswith("c") for word in ("ann", "cyd", "dan")), found)
