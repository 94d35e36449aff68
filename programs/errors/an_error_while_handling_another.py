def connect(hosts):
    for name in hosts:
        try:
            return hosts[name].open()
        except AttributeError:
            print("retry", nam)


connect({"local": None})
