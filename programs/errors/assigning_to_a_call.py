def name():
    return "ada"


name() = "bob"
