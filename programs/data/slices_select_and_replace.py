letters = list("abcdefgh")
print(letters[2:5], letters[:-6], letters[::3], letters[::-1])
letters[1:3] = ["B", "C", "extra"]
print(letters)
letters[::4] = "XYZ"
print(letters)
del letters[2:-2]
print(letters, "python"[-3:], (1, 2, 3)[5:], range(10)[2:8:3])
try:
    letters[::2] = [1]
except ValueError as error:
    print(error)
