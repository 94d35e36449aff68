"""Signals. The constants are plain integers."""

from _signal import *
import _signal

default_int_handler = _signal.default_int_handler


def valid_signals():
    """Return the numbers of the signals of this system."""
    native = getattr(_signal, "valid_signals", None)
    if native is not None:
        return set(native())
    # 32 and 33 are taken by the C library.
    return {number for number in range(1, 65) if number not in (32, 33)}


_DESCRIPTIONS = {
    1: "Hangup", 2: "Interrupt", 3: "Quit", 4: "Illegal instruction",
    5: "Trace/breakpoint trap", 6: "Aborted", 7: "Bus error",
    8: "Floating point exception", 9: "Killed", 10: "User defined signal 1",
    11: "Segmentation fault", 12: "User defined signal 2", 13: "Broken pipe",
    14: "Alarm clock", 15: "Terminated", 16: "Stack fault",
    17: "Child exited", 18: "Continued", 19: "Stopped (signal)",
    20: "Stopped", 21: "Stopped (tty input)", 22: "Stopped (tty output)",
    23: "Urgent I/O condition", 24: "CPU time limit exceeded",
    25: "File size limit exceeded", 26: "Virtual timer expired",
    27: "Profiling timer expired", 28: "Window changed", 29: "I/O possible",
    30: "Power failure", 31: "Bad system call",
}


def strsignal(signalnum, /):
    """Return the system's words for a signal, or None."""
    if not 0 < signalnum < 65:
        raise ValueError("signal number out of range")
    if signalnum in _DESCRIPTIONS:
        return _DESCRIPTIONS[signalnum]
    if signalnum >= 34:
        return f"Real-time signal {signalnum - 34}"
    return None
