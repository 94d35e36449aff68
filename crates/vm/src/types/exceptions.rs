//! The exception classes: names and bases in one table.

use super::bootstrap::{self, Maker, add_defs, set_base, types};
use crate::heap::{Kind, Ref};
use crate::objects::{Class, class_flags};

macro_rules! exceptions {
    ($($name:ident: $base:ident;)*) => {
        /// The builtin exception classes.
        #[expect(non_snake_case, reason = "the fields are spelt as the classes themselves")]
        pub struct Exceptions { $(pub $name: Ref<Class>,)* }

        /// Names of all exception classes with the fields' access, for the builtins module.
        pub const EXCEPTIONS: &[(&str, fn(&Exceptions) -> &Ref<Class>)] = &[$((stringify!($name), |e| &e.$name),)*];

        impl Exceptions {
            pub(super) fn create(make: &mut Maker) -> Exceptions {
                let flags = class_flags::HAS_ATTRS | class_flags::EXCEPTION;
                Exceptions { $($name: make.class(stringify!($name), Kind::Exception, flags),)* }
            }

            pub(super) fn fill(&self) {
                let object = &types().object;
                set_base(&self.BaseException, object);
                $(set_base(&self.$name, if stringify!($name) == "BaseException" { object } else { &self.$base });)*
                // The one class with two bases.
                let (group, plain) = (&self.BaseExceptionGroup, &self.Exception);
                let order = [group, plain, &self.BaseException, object].map(Clone::clone).to_vec();
                Class::set_bases(&self.ExceptionGroup, vec![group.clone(), plain.clone()], order);
                for (name, defs) in crate::types::exception_defs::TABLES {
                    if let Some((_, class)) = EXCEPTIONS.iter().find(|(n, _)| n == name) {
                        add_defs(class(self), defs);
                    }
                }
            }
        }
    };
}

/// The method tables that belong to single exception classes.
pub type DefTables = &'static [(&'static str, &'static [bootstrap::Def])];

exceptions! {
    BaseException: BaseException;
    BaseExceptionGroup: BaseException;
    GeneratorExit: BaseException;
    KeyboardInterrupt: BaseException;
    SystemExit: BaseException;
    Exception: BaseException;
    ArithmeticError: Exception;
    FloatingPointError: ArithmeticError;
    OverflowError: ArithmeticError;
    ZeroDivisionError: ArithmeticError;
    AssertionError: Exception;
    AttributeError: Exception;
    BufferError: Exception;
    EOFError: Exception;
    ImportError: Exception;
    ModuleNotFoundError: ImportError;
    LookupError: Exception;
    IndexError: LookupError;
    KeyError: LookupError;
    MemoryError: Exception;
    NameError: Exception;
    UnboundLocalError: NameError;
    OSError: Exception;
    BlockingIOError: OSError;
    ChildProcessError: OSError;
    ConnectionError: OSError;
    BrokenPipeError: ConnectionError;
    ConnectionAbortedError: ConnectionError;
    ConnectionRefusedError: ConnectionError;
    ConnectionResetError: ConnectionError;
    FileExistsError: OSError;
    FileNotFoundError: OSError;
    InterruptedError: OSError;
    IsADirectoryError: OSError;
    NotADirectoryError: OSError;
    PermissionError: OSError;
    ProcessLookupError: OSError;
    TimeoutError: OSError;
    ReferenceError: Exception;
    RuntimeError: Exception;
    NotImplementedError: RuntimeError;
    PythonFinalizationError: RuntimeError;
    RecursionError: RuntimeError;
    StopAsyncIteration: Exception;
    StopIteration: Exception;
    SyntaxError: Exception;
    IndentationError: SyntaxError;
    TabError: IndentationError;
    SystemError: Exception;
    TypeError: Exception;
    ValueError: Exception;
    UnicodeError: ValueError;
    UnicodeDecodeError: UnicodeError;
    UnicodeEncodeError: UnicodeError;
    UnicodeTranslateError: UnicodeError;
    Warning: Exception;
    BytesWarning: Warning;
    DeprecationWarning: Warning;
    EncodingWarning: Warning;
    FutureWarning: Warning;
    ImportWarning: Warning;
    PendingDeprecationWarning: Warning;
    ResourceWarning: Warning;
    RuntimeWarning: Warning;
    SyntaxWarning: Warning;
    UnicodeWarning: Warning;
    UserWarning: Warning;
    ExceptionGroup: BaseExceptionGroup;
}
