def check(age, name):
    errors = []
    if age < 0:
        errors.append(ValueError("age is negative"))
    if not name:
        errors.append(TypeError("name is missing"))
    if errors:
        raise ExceptionGroup("invalid person", errors)


check(30, "ann")
check(-1, "")
