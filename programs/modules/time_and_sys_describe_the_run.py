# clock: virtual
import sys
import time

before = time.monotonic()
time.sleep(0.02)
print(0.02 <= time.monotonic() - before < 1, time.perf_counter() >= 0, time.time() > 0)
print(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(86400)))
print(sys.version_info[:2], sys.argv[1:], sys.maxsize, sys.byteorder)
print(sys.getrecursionlimit(), __name__, sys.stdout.isatty())
sys.stderr.write("to stderr\n")
sys.exit(7)
