error = ValueError("cannot parse")
error.add_note("in file settings.ini")
error.add_note("line 3\nnear 'colour'")
raise error
