name = "ada
print(name)
