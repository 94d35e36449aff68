config = {"server": {"host": "localhost"}}
print(config["server"]["host"])
print(config["server"]["port"])
