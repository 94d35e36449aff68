class ConfigError(Exception):
    pass


def port(settings):
    try:
        return int(settings["port"])
    except ValueError as error:
        raise ConfigError("port must be a number") from error


port({"port": "eighty"})
