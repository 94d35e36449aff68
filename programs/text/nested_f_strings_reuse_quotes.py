people = {"ann": [3, 4], "bob": []}
print(f"{', '.join(f"{name}: {sum(marks) if marks else 'none'}" for name, marks in people.items())}")
print(f"{'nested ' + f"{1 + 1}"} {people["ann"][0]:>{len("four")}} {{literal}}")
print(f"""{
    # the total of all marks
    sum(mark for marks in people.values() for mark in marks)
} in all""", rf"\d{2}", f"{'\n'.join(['a', 'b'])!r}")
