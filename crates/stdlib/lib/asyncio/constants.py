"""Numbers the event loop and its transports share."""

# Writes to a closed connection before a warning is logged.
LOG_THRESHOLD_FOR_CONNLOST_WRITES = 5

# Seconds to wait before accepting again when file descriptors ran out.
ACCEPT_RETRY_DELAY = 1

# Entries of the creation stack kept in debug mode.
DEBUG_STACK_DEPTH = 10

SSL_HANDSHAKE_TIMEOUT = 60.0
SSL_SHUTDOWN_TIMEOUT = 30.0

SENDFILE_FALLBACK_READBUFFER_SIZE = 1024 * 256

FLOW_CONTROL_HIGH_WATER_SSL_READ = 256
FLOW_CONTROL_HIGH_WATER_SSL_WRITE = 512

# Seconds the default executor gets to end its threads.
THREAD_JOIN_TIMEOUT = 300
