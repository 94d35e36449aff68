from math import factorial, gcd, isqrt

print(2 ** 200)
print(factorial(30), isqrt(10 ** 40), gcd(2 ** 64, 6 ** 30))
print(-7 // 2, -7 % 2, 7 // -2, divmod(-7, 2), pow(7, -1, 31), pow(3, 200, 1000007))
print(0xFF, 0b1011, 0o17, 1_000_000, hex(255), bin(-10), oct(8), int("z", 36))
print((12345678901234567890).bit_length(), (2 ** 100) >> 90, ~5, 6 ^ 3, -1 & 0xFF)
print(int("-42"), int(3.99), int.from_bytes(b"\x01\x00", "big"), (258).to_bytes(2, "little"))
