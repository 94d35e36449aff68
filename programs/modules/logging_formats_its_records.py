import logging
import sys

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)-8s %(name)s: %(message)s")
log = logging.getLogger("app.store")
log.debug("not shown")
log.info("stored %d items in %s", 3, "cart")
log.warning("low stock")
log.getChild("disk").error("failed: %r", OSError("full"))
logging.info("from the root")
print(log.isEnabledFor(logging.DEBUG), logging.getLevelName(30), log.getEffectiveLevel())
