"""The logger of the package, reached only when something is logged."""


class _LazyLogger:
    """Stands for `logging.getLogger('asyncio')` without importing logging."""

    def __getattr__(self, name):
        import logging
        return getattr(logging.getLogger("asyncio"), name)

    def __setattr__(self, name, value):
        import logging
        setattr(logging.getLogger("asyncio"), name, value)


logger = _LazyLogger()
