name = "ada"
print "hello", name
