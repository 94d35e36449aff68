try: a
finally: b
try:
    a
except: b
try:
    a
except A as e:
    b
except (B, C):
    c
else:
    d
finally:
    e
try:
    a
except* A as e:
    b
except* B: c
