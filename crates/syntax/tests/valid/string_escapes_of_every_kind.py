'\a\b\f\n\r\t\v\\\'\"'
'\x41\u00e9\U0001F600\N{GREEK SMALL LETTER ALPHA}'
'\0\17\377'
'a\
b'
'\ud800'
r'\x\''
u'x' U"y"
'''a
'b''c\'''d'''
