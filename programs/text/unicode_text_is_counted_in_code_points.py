word = "naïve café ☕ 🎉"
print(len(word), word[-1], word.upper(), word.encode("utf-8")[-4:])
print([hex(ord(c)) for c in "é☕🎉"], chr(0x1F600), "\N{GREEK SMALL LETTER PI}")
print(ascii(word), repr("tab\t 'quoted' \"both\" \x07 \u200b"))
π = 3.14159
größe = 2
print(π * größe, "日本語".center(9, "·"), sorted(["é", "e", "z", "a"]))
