import logging

logging.basicConfig(
    level=logging.DEBUG,
    format="%(asctime)s - %(levelname)s - %(message)s",
    datefmt="a fixed date",
)
logging.debug("starting with %s", {"level": 3})
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("it failed")
logging.critical("giving up")
