//! `_posix`: what `os` offers of files, processes and the environment.

use std::cell::OnceCell;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, Stat};
use rustix::io::Errno;
use weft_reactor::Interest;
use weft_vm::heap::Ref;
use weft_vm::objects::{Bytes, Class, Dict, bytes, float, int, list, tuple};
use weft_vm::{Args, Asks, Res, Value, Vm};

use crate::system::{self, Functions, errno_error, io_error, os_error_path};
use crate::world::world;
use crate::{descriptors, structseq};

const FUNCTIONS: Functions = &[
    ("_exit", exit_at_once),
    ("getpid", |_, _| Ok(int(rustix::process::getpid().as_raw_nonzero().get().into()))),
    ("getppid", |_, _| Ok(int(rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().into())))),
    ("getuid", |_, _| Ok(int(rustix::process::getuid().as_raw().into()))),
    ("geteuid", |_, _| Ok(int(rustix::process::geteuid().as_raw().into()))),
    ("getgid", |_, _| Ok(int(rustix::process::getgid().as_raw().into()))),
    ("getegid", |_, _| Ok(int(rustix::process::getegid().as_raw().into()))),
    ("urandom", urandom),
    ("strerror", strerror),
    ("getcwd", getcwd),
    ("getcwdb", getcwdb),
    ("chdir", chdir),
    ("stat", stat),
    ("lstat", lstat),
    ("fstat", fstat),
    ("listdir", listdir),
    ("mkdir", mkdir),
    ("rmdir", rmdir),
    ("remove", remove),
    ("unlink", remove),
    ("rename", rename),
    ("replace", rename),
    ("readlink", readlink),
    ("symlink", symlink),
    ("link", link),
    ("chmod", chmod),
    ("access", access),
    ("open", open),
    ("close", close),
    ("read", read),
    ("write", write),
    ("pipe", pipe),
    ("dup", dup),
    ("lseek", lseek),
    ("isatty", isatty),
    ("get_blocking", get_blocking),
    ("set_blocking", set_blocking),
    ("get_inheritable", get_inheritable),
    ("set_inheritable", set_inheritable),
    ("get_terminal_size", get_terminal_size),
    ("kill", kill),
    ("uname", uname),
    ("cpu_count", cpu_count),
    ("times", times),
    ("umask", umask),
    ("_exit", exit_now),
];

const CONSTANTS: &[(&str, i64)] = &[
    ("O_RDONLY", 0),
    ("O_WRONLY", 1),
    ("O_RDWR", 2),
    ("O_CREAT", 0o100),
    ("O_EXCL", 0o200),
    ("O_TRUNC", 0o1000),
    ("O_APPEND", 0o2000),
    ("O_NONBLOCK", 0o4000),
    ("O_CLOEXEC", 0o200_0000),
    ("F_OK", 0),
    ("R_OK", 4),
    ("W_OK", 2),
    ("X_OK", 1),
    ("SEEK_SET", 0),
    ("SEEK_CUR", 1),
    ("SEEK_END", 2),
];

const STAT_FIELDS: &[&str] =
    &["st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime", "st_ctime"];

struct Classes {
    stat: Ref<Class>,
    terminal_size: Ref<Class>,
    uname: Ref<Class>,
    times: Ref<Class>,
}

thread_local! {
    static CLASSES: OnceCell<std::rc::Rc<Classes>> = const { OnceCell::new() };
}

/// `_exit(status)`: no exit functions, no finalisers, and what is in buffers is lost.
fn exit_at_once(vm: &mut Vm, args: Args<'_>) -> Res {
    let [status] = args.bind(vm, "_exit", ["status"], 1)?;
    let status = vm.as_index(status.unwrap_or(&Value::NONE))?;
    std::process::exit((status & 0xFF) as i32)
}

fn classes() -> std::rc::Rc<Classes> {
    let make = || {
        std::rc::Rc::new(Classes {
            stat: structseq::class("os.stat_result", STAT_FIELDS),
            terminal_size: structseq::class("os.terminal_size", &["columns", "lines"]),
            uname: structseq::class("posix.uname_result", &["sysname", "nodename", "release", "version", "machine"]),
            times: structseq::class(
                "posix.times_result",
                &["user", "system", "children_user", "children_system", "elapsed"],
            ),
        })
    };
    CLASSES.with(|cell| cell.get_or_init(make).clone())
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_posix", FUNCTIONS);
    system::add_constants(&module, CONSTANTS);
    for class in [&classes().stat, &classes().terminal_size, &classes().uname, &classes().times] {
        system::add_class(&module, class);
    }
    let environ = Dict::create();
    for (name, value) in std::env::vars_os() {
        let (name, value) = (Bytes::create(name.as_bytes()).into_value(), bytes(value.as_bytes()));
        vm.dict_set(&environ, &name, value)?;
    }
    module.dict.set("environ", environ);
    Ok(module.into_value())
}

fn check<T>(vm: &mut Vm, result: rustix::io::Result<T>) -> Res<T> {
    result.map_err(|errno| errno_error(vm, errno))
}

fn check_path<T>(vm: &mut Vm, result: rustix::io::Result<T>, path: &Value) -> Res<T> {
    result.map_err(|errno| os_error_path(vm, errno.raw_os_error(), path))
}

/// The path in an argument.
fn path_argument(vm: &mut Vm, name: &str, value: &Value) -> Res<std::path::PathBuf> {
    system::path(vm, &format!("{name}: path"), value)
}

/// A path as text; what is not UTF-8 shows replacement characters.
fn show(path: &Path) -> Value {
    Value::from(path.to_string_lossy().into_owned())
}

fn urandom(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "urandom", 1, 1)?;
    let Ok(size) = usize::try_from(vm.as_index(&args.pos()[0])?) else {
        return Err(vm.value_error("negative argument not allowed"));
    };
    if size > 1 << 32 {
        return Err(vm.memory_error(""));
    }
    let mut content = vec![0; size];
    let mut filled = 0;
    while filled < size {
        match rustix::rand::getrandom(&mut content[filled..], rustix::rand::GetRandomFlags::empty()) {
            Ok(count) => filled += count,
            Err(Errno::INTR) => crate::signal::run_handlers(vm)?,
            Err(errno) => return Err(errno_error(vm, errno)),
        }
    }
    Ok(bytes(&content))
}

fn strerror(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "strerror", 1, 1)?;
    let errno = system::c_int(vm, &args.pos()[0])?;
    Ok(Value::from(system::strerror(errno)))
}

fn getcwd(vm: &mut Vm, _args: Args<'_>) -> Res {
    match std::env::current_dir() {
        Ok(path) => Ok(show(&path)),
        Err(error) => Err(io_error(vm, &error)),
    }
}

fn getcwdb(vm: &mut Vm, _args: Args<'_>) -> Res {
    match std::env::current_dir() {
        Ok(path) => Ok(bytes(path.as_os_str().as_bytes())),
        Err(error) => Err(io_error(vm, &error)),
    }
}

fn chdir(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "chdir", 1, 1)?;
    let path = path_argument(vm, "chdir", &args.pos()[0])?;
    let result = rustix::process::chdir(&path);
    check_path(vm, result, &args.pos()[0])?;
    Ok(Value::NONE)
}

// What files are.

fn stat_value(stat: &Stat) -> Value {
    let numbers =
        [stat.st_mode as i64, stat.st_ino as i64, stat.st_dev as i64, stat.st_nlink as i64, stat.st_uid as i64];
    let mut items: Vec<Value> = numbers.into_iter().map(int).collect();
    items.push(int(stat.st_gid as i64));
    items.push(int(stat.st_size));
    let times = [
        ("st_atime", stat.st_atime, stat.st_atime_nsec as i64),
        ("st_mtime", stat.st_mtime, stat.st_mtime_nsec as i64),
        ("st_ctime", stat.st_ctime, stat.st_ctime_nsec as i64),
    ];
    items.extend(times.iter().map(|(_, secs, nanos)| float(*secs as f64 + *nanos as f64 / 1e9)));
    let value = structseq::make(&classes().stat, items);
    for (name, secs, nanos) in times {
        structseq::set_extra(&value, &format!("{name}_ns"), int(secs * 1_000_000_000 + nanos));
    }
    for (name, number) in
        [("st_blocks", stat.st_blocks), ("st_blksize", stat.st_blksize), ("st_rdev", stat.st_rdev as i64)]
    {
        structseq::set_extra(&value, name, int(number));
    }
    value
}

fn stat(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, _, follow] = args.bind(vm, "stat", ["path", "*dir_fd", "*follow_symlinks"], 1)?;
    let path = system::required(path);
    if !system::flag(vm, follow, true)? {
        return stat_at(vm, path, AtFlags::SYMLINK_NOFOLLOW);
    }
    if path.is_int() {
        return fstat(vm, Args::positional(std::slice::from_ref(path)));
    }
    stat_at(vm, path, AtFlags::empty())
}

fn stat_at(vm: &mut Vm, value: &Value, flags: AtFlags) -> Res {
    let path = match system::path(vm, "", value) {
        Ok(path) => path,
        Err(_) if vm.thrown_is(&weft_vm::types().exceptions.TypeError) => {
            drop(vm.catch());
            let got = system::class_name(value);
            let message = format!("stat: path should be string, bytes, os.PathLike or integer, not {got}");
            return Err(vm.type_error(message));
        }
        Err(thrown) => return Err(thrown),
    };
    let result = rustix::fs::statat(CWD, &path, flags);
    check_path(vm, result, value).map(|stat| stat_value(&stat))
}

fn lstat(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, _] = args.bind(vm, "lstat", ["path", "*dir_fd"], 1)?;
    stat_at(vm, system::required(path), AtFlags::SYMLINK_NOFOLLOW)
}

fn fstat(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "fstat", 1)?;
    let result = rustix::fs::fstat(&*fd);
    check(vm, result).map(|stat| stat_value(&stat))
}

fn listdir(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path] = args.bind(vm, "listdir", ["path"], 0)?;
    let value = path.filter(|p| !p.is_none()).cloned().unwrap_or_else(|| Value::from("."));
    let as_bytes = value.downcast::<Bytes>().is_some();
    let path = path_argument(vm, "listdir", &value)?;
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) => return Err(os_error_path(vm, error.raw_os_error().unwrap_or(5), &value)),
    };
    let mut names = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if as_bytes => names.push(bytes(entry.file_name().as_bytes())),
            Ok(entry) => names.push(show(Path::new(&entry.file_name()))),
            Err(error) => return Err(io_error(vm, &error)),
        }
    }
    Ok(list(names))
}

// Changing the tree of files.

fn mode_argument(vm: &mut Vm, value: Option<&Value>, default: u32) -> Res<Mode> {
    match value {
        Some(value) => Ok(Mode::from_raw_mode(system::c_int(vm, value)? as u32)),
        None => Ok(Mode::from_raw_mode(default)),
    }
}

fn mkdir(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, mode, _] = args.bind(vm, "mkdir", ["path", "mode", "*dir_fd"], 1)?;
    let value = system::required(path);
    let path = path_argument(vm, "mkdir", value)?;
    let mode = mode_argument(vm, mode, 0o777)?;
    let result = rustix::fs::mkdir(&path, mode);
    check_path(vm, result, value)?;
    Ok(Value::NONE)
}

fn rmdir(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, _] = args.bind(vm, "rmdir", ["path", "*dir_fd"], 1)?;
    let value = system::required(path);
    let path = path_argument(vm, "rmdir", value)?;
    let result = rustix::fs::rmdir(&path);
    check_path(vm, result, value)?;
    Ok(Value::NONE)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, _] = args.bind(vm, "remove", ["path", "*dir_fd"], 1)?;
    let value = system::required(path);
    let path = path_argument(vm, "remove", value)?;
    let result = rustix::fs::unlink(&path);
    check_path(vm, result, value)?;
    Ok(Value::NONE)
}

/// Calls that take two paths.
fn two_paths(
    vm: &mut Vm,
    args: Args<'_>,
    name: &str,
    call: impl FnOnce(&Path, &Path) -> rustix::io::Result<()>,
) -> Res {
    let [from, to, ..] = args.bind(vm, name, ["src", "dst", "*src_dir_fd", "*dst_dir_fd"], 2)?;
    let (from, to) = (system::required(from), system::required(to));
    let result = call(&path_argument(vm, name, from)?, &path_argument(vm, name, to)?);
    let Err(errno) = result else { return Ok(Value::NONE) };
    let class = weft_vm::types().exceptions.OSError.value().clone();
    let number = int(errno.raw_os_error().into());
    let words = Value::from(system::strerror(errno.raw_os_error()));
    let exception = vm.call(&class, &[number, words, from.clone(), Value::NONE, to.clone()])?;
    Err(vm.throw(exception))
}

fn rename(vm: &mut Vm, args: Args<'_>) -> Res {
    two_paths(vm, args, "rename", |from, to| rustix::fs::rename(from, to))
}

fn symlink(vm: &mut Vm, args: Args<'_>) -> Res {
    two_paths(vm, args, "symlink", |from, to| rustix::fs::symlink(from, to))
}

fn link(vm: &mut Vm, args: Args<'_>) -> Res {
    two_paths(vm, args, "link", |from, to| rustix::fs::link(from, to))
}

fn readlink(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, _] = args.bind(vm, "readlink", ["path", "*dir_fd"], 1)?;
    let value = system::required(path);
    let path = path_argument(vm, "readlink", value)?;
    let result = rustix::fs::readlink(&path, Vec::new());
    let target = check_path(vm, result, value)?;
    Ok(if value.is_kind(weft_vm::heap::Kind::Bytes) {
        bytes(target.as_bytes())
    } else {
        Value::from(target.to_string_lossy().into_owned())
    })
}

fn chmod(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, mode, ..] = args.bind(vm, "chmod", ["path", "mode", "*dir_fd", "*follow_symlinks"], 2)?;
    let value = system::required(path);
    let mode = mode_argument(vm, mode, 0)?;
    let path = path_argument(vm, "chmod", value)?;
    let result = rustix::fs::chmod(&path, mode);
    check_path(vm, result, value)?;
    Ok(Value::NONE)
}

fn access(vm: &mut Vm, args: Args<'_>) -> Res {
    let params = ["path", "mode", "*dir_fd", "*effective_ids", "*follow_symlinks"];
    let [path, mode, ..] = args.bind(vm, "access", params, 2)?;
    let path = path_argument(vm, "access", system::required(path))?;
    let mode = system::c_int(vm, mode.unwrap_or(&Value::NONE))?;
    let mode = rustix::fs::Access::from_bits_truncate(mode as u32);
    Ok(Value::bool(rustix::fs::access(&path, mode).is_ok()))
}

fn umask(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "umask", 1, 1)?;
    let mode = mode_argument(vm, args.pos().first(), 0)?;
    Ok(int(rustix::process::umask(mode).as_raw_mode().into()))
}

// Descriptors.

fn fd_argument(vm: &mut Vm, args: Args<'_>, name: &str, count: usize) -> Res<std::rc::Rc<std::os::fd::OwnedFd>> {
    args.expect(vm, name, count, count)?;
    let fd = system::c_int(vm, &args.pos()[0])?;
    descriptors::get(vm, fd)
}

fn open(vm: &mut Vm, args: Args<'_>) -> Res {
    let [path, flags, mode, _] = args.bind(vm, "open", ["path", "flags", "mode", "*dir_fd"], 2)?;
    let value = system::required(path);
    let path = path_argument(vm, "open", value)?;
    let flags = system::c_int(vm, flags.unwrap_or(&Value::NONE))?;
    let flags = OFlags::from_bits_retain(flags as u32) | OFlags::CLOEXEC;
    let mode = mode_argument(vm, mode, 0o777)?;
    let result = rustix::fs::open(&path, flags, mode);
    check_path(vm, result, value).map(|fd| int(descriptors::adopt(fd).into()))
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "close", 1, 1)?;
    let fd = system::c_int(vm, &args.pos()[0])?;
    if descriptors::close(fd) { Ok(Value::NONE) } else { Err(errno_error(vm, Errno::BADF)) }
}

/// Waits before a call that would block, unless the descriptor is in non-blocking mode.
fn wait(vm: &mut Vm, number: i32, fd: &std::os::fd::OwnedFd, interest: Interest) -> Res<()> {
    let blocking = !rustix::fs::fcntl_getfl(fd).is_ok_and(|flags| flags.contains(OFlags::NONBLOCK));
    if blocking {
        world(vm)?.wait(vm, number, interest, None)?;
    }
    Ok(())
}

fn read(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "read", 2)?;
    let Ok(size) = usize::try_from(vm.as_index(&args.pos()[1])?) else {
        return Err(errno_error(vm, Errno::INVAL));
    };
    let number = system::c_int(vm, &args.pos()[0])?;
    wait(vm, number, &fd, Interest::READ)?;
    let mut content = vec![0; size.min(1 << 30)];
    let result = rustix::io::read(&*fd, &mut content[..]);
    let count = check(vm, result)?;
    Ok(bytes(&content[..count]))
}

fn write(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "write", 2)?;
    let content = system::bytes(vm, &args.pos()[1])?;
    let number = system::c_int(vm, &args.pos()[0])?;
    wait(vm, number, &fd, Interest::WRITE)?;
    let result = rustix::io::write(&*fd, &content);
    check(vm, result).map(|count| int(count as i64))
}

fn pipe(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "pipe", 0, 0)?;
    let result = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC);
    let (read, write) = check(vm, result)?;
    Ok(tuple(vec![int(descriptors::adopt(read).into()), int(descriptors::adopt(write).into())]))
}

fn dup(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "dup", 1)?;
    let result = rustix::io::fcntl_dupfd_cloexec(&*fd, 0);
    check(vm, result).map(|fd| int(descriptors::adopt(fd).into()))
}

fn lseek(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "lseek", 3)?;
    let offset = vm.as_index(&args.pos()[1])?;
    let to = match vm.as_index(&args.pos()[2])? {
        0 => rustix::fs::SeekFrom::Start(offset.max(0) as u64),
        1 => rustix::fs::SeekFrom::Current(offset),
        2 => rustix::fs::SeekFrom::End(offset),
        _ => return Err(errno_error(vm, Errno::INVAL)),
    };
    let result = rustix::fs::seek(&*fd, to);
    check(vm, result).map(|position| int(position as i64))
}

fn isatty(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "isatty", 1, 1)?;
    let fd = system::c_int(vm, &args.pos()[0])?;
    match descriptors::get(vm, fd) {
        Ok(fd) => Ok(Value::bool(rustix::termios::isatty(&*fd))),
        Err(_) => {
            drop(vm.catch());
            Ok(Value::FALSE)
        }
    }
}

fn get_blocking(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "get_blocking", 1)?;
    let result = rustix::fs::fcntl_getfl(&*fd);
    check(vm, result).map(|flags| Value::bool(!flags.contains(OFlags::NONBLOCK)))
}

fn set_blocking(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "set_blocking", 2)?;
    let blocking = vm.truth(&args.pos()[1])?;
    let result = rustix::fs::fcntl_getfl(&*fd).and_then(|mut flags| {
        flags.set(OFlags::NONBLOCK, !blocking);
        rustix::fs::fcntl_setfl(&*fd, flags)
    });
    check(vm, result)?;
    Ok(Value::NONE)
}

fn get_inheritable(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "get_inheritable", 1)?;
    let result = rustix::io::fcntl_getfd(&*fd);
    check(vm, result).map(|flags| Value::bool(!flags.contains(rustix::io::FdFlags::CLOEXEC)))
}

fn set_inheritable(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = fd_argument(vm, args, "set_inheritable", 2)?;
    let inheritable = vm.truth(&args.pos()[1])?;
    let flags = if inheritable { rustix::io::FdFlags::empty() } else { rustix::io::FdFlags::CLOEXEC };
    let result = rustix::io::fcntl_setfd(&*fd, flags);
    check(vm, result)?;
    Ok(Value::NONE)
}

fn get_terminal_size(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "get_terminal_size", 0, 1)?;
    let fd = match args.pos().first() {
        Some(value) => system::c_int(vm, value)?,
        None => 1,
    };
    let fd = descriptors::get(vm, fd)?;
    let result = rustix::termios::tcgetwinsize(&*fd);
    let size = check(vm, result)?;
    Ok(structseq::make(&classes().terminal_size, vec![int(size.ws_col.into()), int(size.ws_row.into())]))
}

// Processes and the machine.

fn kill(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "kill", 2, 2)?;
    let (pid, signal) = (system::c_int(vm, &args.pos()[0])?, system::c_int(vm, &args.pos()[1])?);
    let signal = match signal {
        0 => None,
        number => match nix::sys::signal::Signal::try_from(number) {
            Ok(signal) => Some(signal),
            Err(_) => return Err(errno_error(vm, Errno::INVAL)),
        },
    };
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let result = match signal {
        // To this very process: raised on this thread, it has arrived when the call returns.
        Some(signal) if pid == own => nix::sys::signal::raise(signal),
        signal => nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal),
    };
    if let Err(errno) = result {
        return Err(system::os_error(vm, errno as i32));
    }
    crate::signal::run_handlers(vm)?;
    Ok(Value::NONE)
}

fn uname(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "uname", 0, 0)?;
    let name = rustix::system::uname();
    let parts = [name.sysname(), name.nodename(), name.release(), name.version(), name.machine()];
    let items = parts.iter().map(|part| Value::from(part.to_string_lossy().into_owned()));
    Ok(structseq::make(&classes().uname, items.collect()))
}

fn cpu_count(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(std::thread::available_parallelism().map_or(Value::NONE, |n| int(n.get() as i64)))
}

fn times(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "times", 0, 0)?;
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let spent = spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9;
    let elapsed = weft_reactor::nanos_to_secs(world(vm)?.clock().now());
    let items = [spent, 0.0, 0.0, 0.0, elapsed].map(float).to_vec();
    Ok(structseq::make(&classes().times, items))
}

fn exit_now(vm: &mut Vm, args: Args<'_>) -> Res {
    let [status] = args.bind(vm, "_exit", ["status"], 1)?;
    let status = system::c_int(vm, status.unwrap_or(&Value::NONE))?;
    std::process::exit(status)
}
