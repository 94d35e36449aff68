if a:
	if b:
		c
	d
if a:
        b
