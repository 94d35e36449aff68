b'a' B"b"
rb'\d' bR'\x'
b'\x00\377\n\
\''
b'''a
b'''
