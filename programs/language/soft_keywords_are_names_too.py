match = {"case": 1}
case = [match]
type = "soft"
_ = len(type)
print(match, case, type, _)
match case:
    case [{"case": number}]:
        print("matched", number)
match (1, 2):
    case (1, _) as pair:
        print(pair, _)
print(match["case"], [type for type in (1, 2)])
