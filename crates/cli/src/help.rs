//! The texts of `--help` and `--version`.

/// How the command is used, in a line.
pub const USAGE: &str = "usage: weft [option] ... [-c cmd | -m mod | file | -] [arg] ...";

/// All options, a line each.
pub const OPTIONS: &str = "\
Options:
-c cmd         : program passed in as string (terminates option list)
-E             : ignore PYTHON* environment variables
-h             : print this help message and exit (also -? or --help)
-i             : go on at the prompt after running the program
-I             : isolate from the user's environment (implies -E, -P and -s)
-m mod         : run library module as a script (terminates option list)
-O             : remove assert and __debug__-dependent statements
-OO            : do -O changes and also discard docstrings
-P             : don't prepend a potentially unsafe path to sys.path
-q             : don't print the version when the prompt starts
-u             : write to stdout and stderr at once, without buffers
-V             : print the version and exit (also --version)
-W arg         : warning control; arg is action:message:category:module:lineno
-x             : skip the first line of the source
-X opt         : implementation-specific option, for sys._xoptions
-X frames      : let native code wait in frames only, where it might have the
                 language run within itself; slower, for tests
--clock which  : 'real' (the default), or 'virtual': time jumps to the next
                 deadline whenever there is nothing left to do but wait
--dis file     : print the bytecode of a file and exit
--stats        : when the program has ended, print to stderr how often each
                 instruction was carried out, each native called, and where
                 native code had the language run within itself
-b -B -d -R -s -S -v : accepted as by CPython; only sys.flags tells

Environment variables: PYTHONPATH, PYTHONWARNINGS, PYTHONUNBUFFERED,
PYTHONASYNCIODEBUG, PYTHON_COLORS, NO_COLOR and FORCE_COLOR mean what they
mean to CPython.

Arguments:
file           : program read from script file
-              : program read from stdin (default; the prompt if a terminal)
arg ...        : arguments passed to program in sys.argv[1:]";

/// What `--version` prints.
pub const VERSION: &str = concat!("Weft ", env!("CARGO_PKG_VERSION"), " (Python 3.13)");
