//! The texts of `--help` and `--version`.

/// How the command is used, in a line.
pub const USAGE: &str = "usage: weft [option] ... [-c cmd | file | -] [arg] ...";

/// All options, a line each.
pub const OPTIONS: &str = "\
Options:
-c cmd         : program passed in as string (terminates option list)
-h             : print this help message and exit (also -? or --help)
-i             : go on at the prompt after running the program
-q             : don't print the version when the prompt starts
-u             : write to stdout and stderr at once, without buffers
-V             : print the version and exit (also --version)
-W arg         : warning control; arg is action:message:category:module:lineno
-X opt         : implementation-specific option, for sys._xoptions
--clock which  : 'real' (the default), or 'virtual': time jumps to the next
                 deadline whenever there is nothing left to do but wait
--dis file     : print the bytecode of a file and exit
-B -E -I -P -s -S : accepted as by CPython; what they turn off is not there

Arguments:
file           : program read from script file
-              : program read from stdin (default; the prompt if a terminal)
arg ...        : arguments passed to program in sys.argv[1:]";

/// What `--version` prints.
pub const VERSION: &str = concat!("Weft ", env!("CARGO_PKG_VERSION"), " (Python 3.13)");
