import string

print(string.ascii_lowercase, string.digits, string.punctuation)
print(string.Template("$who owes ${amount}EUR $$").substitute(who="bob", amount=5))
print(string.Template("$missing").safe_substitute(), string.capwords("the  end of it"))
caesar = str.maketrans(string.ascii_lowercase, string.ascii_lowercase[13:] + string.ascii_lowercase[:13])
print("uryyb jbeyq".translate(caesar))
