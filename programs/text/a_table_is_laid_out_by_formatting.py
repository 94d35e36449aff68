rows = [("item", "price", "count"), ("tea", 3.5, 10), ("chocolate cake", 12.25, 2)]
widths = [max(len(str(row[column])) for row in rows) for column in range(3)]
for row in rows:
    cells = (f"{cell:<{width}}" if isinstance(cell, str) else f"{cell:>{width}}" for cell, width in zip(row, widths))
    print(" | ".join(cells).rstrip())
print("-" * (sum(widths) + 6))
print(f"total {sum(price * count for _, price, count in rows[1:]):.2f}")
