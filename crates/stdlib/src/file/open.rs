//! `open`.

use rustix::fs::{FileType, Mode, OFlags};
use weft_vm::{Args, Asks, Res, Value, Vm};

use super::buffer::{File, Flavour, Newline, Text};
use crate::descriptors;
use crate::system::{self, os_error_path};

const PARAMS: [&str; 8] = ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"];
const EISDIR: i32 = 21;

/// A mode string, taken apart.
struct Access {
    /// `r`, `w`, `a` or `x`.
    main: char,
    plus: bool,
    binary: bool,
}

fn parse_mode(vm: &mut Vm, mode: &str) -> Res<Access> {
    let repeated = mode.chars().any(|c| mode.matches(c).count() > 1);
    if repeated || !mode.chars().all(|c| "rwaxbt+".contains(c)) {
        return Err(vm.value_error(format!("invalid mode: '{mode}'")));
    }
    if mode.contains('b') && mode.contains('t') {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    let mut mains = mode.chars().filter(|c| "rwax".contains(*c));
    match (mains.next(), mains.next()) {
        (Some(main), None) => Ok(Access { main, plus: mode.contains('+'), binary: mode.contains('b') }),
        (Some(_), Some(_)) => Err(vm.value_error("must have exactly one of create/read/write/append mode")),
        _ => Err(vm.value_error("Must have exactly one of create/read/write/append mode and at most one plus")),
    }
}

impl Access {
    fn flags(&self) -> OFlags {
        let access = match (self.plus, self.main) {
            (true, _) => OFlags::RDWR,
            (false, 'r') => OFlags::RDONLY,
            _ => OFlags::WRONLY,
        };
        let how = match self.main {
            'w' => OFlags::CREATE | OFlags::TRUNC,
            'a' => OFlags::CREATE | OFlags::APPEND,
            'x' => OFlags::CREATE | OFlags::EXCL,
            _ => OFlags::empty(),
        };
        access | how | OFlags::CLOEXEC
    }

    fn flavour(&self, unbuffered: bool) -> Flavour {
        match (self.binary, unbuffered) {
            (false, _) => Flavour::Text,
            (true, true) => Flavour::Raw,
            _ if self.plus => Flavour::Random,
            _ if self.main == 'r' => Flavour::Reader,
            _ => Flavour::Writer,
        }
    }
}

/// The text of an argument that may be None.
fn optional_text(vm: &mut Vm, name: &str, value: Option<&Value>) -> Res<Option<String>> {
    match value.filter(|v| !v.is_none()) {
        Some(value) => system::text(vm, &format!("open() argument '{name}'"), value).map(Some),
        None => Ok(None),
    }
}

fn text_format(
    vm: &mut Vm,
    binary: bool,
    encoding: Option<String>,
    errors: Option<String>,
    newline: Option<String>,
) -> Res<Option<Text>> {
    if binary {
        let given = [("encoding", encoding.is_some()), ("errors", errors.is_some()), ("newline", newline.is_some())];
        return match given.iter().find(|(_, given)| *given) {
            Some(("newline", _)) => Err(vm.value_error("binary mode doesn't take a newline argument")),
            Some((name, _)) => Err(vm.value_error(format!("binary mode doesn't take an {name} argument"))),
            None => Ok(None),
        };
    }
    let newline = match newline.as_deref() {
        None => Newline::Universal,
        Some("") => Newline::Untranslated,
        Some("\n") => Newline::Fixed("\n"),
        Some("\r") => Newline::Fixed("\r"),
        Some("\r\n") => Newline::Fixed("\r\n"),
        Some(other) => return Err(vm.value_error(format!("illegal newline value: {other}"))),
    };
    let encoding = encoding.unwrap_or_else(|| "UTF-8".into());
    // An unknown encoding is told now, not with the first line.
    vm.decode(b"", &encoding, "strict")?;
    Ok(Some(Text { encoding, errors: errors.unwrap_or_else(|| "strict".into()), newline }))
}

/// `open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)`.
pub fn open(vm: &mut Vm, args: Args<'_>) -> Res {
    let [file, mode, buffering, encoding, errors, newline, closefd, opener] = args.bind(vm, "open", PARAMS, 1)?;
    let name = file.cloned().unwrap_or(Value::NONE);
    let mode = match mode {
        Some(mode) => system::text(vm, "open() argument 'mode'", mode)?,
        None => "r".to_owned(),
    };
    let buffering = match buffering {
        Some(value) => vm.as_index(value)?,
        None => -1,
    };
    let access = parse_mode(vm, &mode)?;
    let encoding = optional_text(vm, "encoding", encoding)?;
    let errors = optional_text(vm, "errors", errors)?;
    let newline = optional_text(vm, "newline", newline)?;
    let text = text_format(vm, access.binary, encoding, errors, newline)?;
    if buffering == 0 && !access.binary {
        return Err(vm.value_error("can't have unbuffered text I/O"));
    }
    let closefd = system::flag(vm, closefd, true)?;
    let fd = descriptor(vm, &name, &access, closefd, opener)?;
    let regular = {
        let owned = descriptors::get(vm, fd)?;
        rustix::fs::fstat(&*owned).map(|stat| FileType::from_raw_mode(stat.st_mode))
    };
    if regular == Ok(FileType::Directory) {
        descriptors::close(fd);
        return Err(os_error_path(vm, EISDIR, &name));
    }
    let raw_mode = match (access.main, access.plus) {
        ('r', true) | ('w', true) => "rb+".to_owned(),
        (main, true) => format!("{main}b+"),
        (main, false) => format!("{main}b"),
    };
    let flavour = access.flavour(buffering == 0);
    let shown = if flavour == Flavour::Text { mode.as_str() } else { raw_mode.as_str() };
    let mut state = File::new(fd, flavour, name, shown, text);
    state.readable = access.plus || access.main == 'r';
    state.writable = access.plus || access.main != 'r';
    state.close_fd = closefd;
    state.may_block = regular != Ok(FileType::RegularFile);
    state.line_buffered = buffering == 1;
    Ok(super::create(state))
}

fn descriptor(vm: &mut Vm, name: &Value, access: &Access, closefd: bool, opener: Option<&Value>) -> Res<i32> {
    if name.is_int() {
        let fd = system::descriptor(vm, name)?;
        descriptors::get(vm, fd)?;
        return Ok(fd);
    }
    if !closefd {
        return Err(vm.value_error("Cannot use closefd=False with file name"));
    }
    if let Some(opener) = opener.filter(|o| !o.is_none()) {
        let flags = weft_vm::objects::int(access.flags().bits().into());
        let fd = vm.call(opener, &[name.clone(), flags])?;
        return system::descriptor(vm, &fd);
    }
    let path = match system::path(vm, "expected str, bytes or os.PathLike object", name) {
        Ok(path) => path,
        Err(_) if vm.thrown_is(&weft_vm::types().exceptions.TypeError) => {
            drop(vm.catch());
            let got = system::class_name(name);
            return Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {got}")));
        }
        Err(thrown) => return Err(thrown),
    };
    // Opening a pipe waits for its other end, which a signal may interrupt.
    loop {
        match rustix::fs::open(&path, access.flags(), Mode::from_raw_mode(0o666)) {
            Ok(fd) => return Ok(descriptors::adopt(fd)),
            Err(rustix::io::Errno::INTR) => crate::signal::run_handlers(vm)?,
            Err(errno) => return Err(os_error_path(vm, errno.raw_os_error(), name)),
        }
    }
}
