import sys

try:
    sys.exit("cannot go on")
finally:
    print("leaving")
