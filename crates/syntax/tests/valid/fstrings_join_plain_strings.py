'a' f'b{c}' 'd' rf'\{e}' F'\n{f}\N{BULLET}'
f'a' 'b'
Rf'\N{x}'
