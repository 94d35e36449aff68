//! Socket options. The system's interface is typed by now, so each option has its row.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::io::{Errno, Result};
use rustix::net::sockopt as so;

const SOL_SOCKET: i32 = 1;
const IPPROTO_IP: i32 = 0;
const IPPROTO_TCP: i32 = 6;
const IPPROTO_IPV6: i32 = 41;

/// An option whose value is a number.
struct Row {
    level: i32,
    name: i32,
    get: fn(&OwnedFd) -> Result<i64>,
    set: fn(&OwnedFd, i64) -> Result<()>,
}

fn read_only(_fd: &OwnedFd, _value: i64) -> Result<()> {
    Err(Errno::NOPROTOOPT)
}

macro_rules! flag {
    ($level:expr, $name:expr, $get:ident, $set:ident) => {
        Row { level: $level, name: $name, get: |fd| so::$get(fd).map(i64::from), set: |fd, v| so::$set(fd, v != 0) }
    };
}

macro_rules! count {
    ($level:expr, $name:expr, $get:ident, $set:ident) => {
        Row {
            level: $level,
            name: $name,
            get: |fd| so::$get(fd).map(|n| n as i64),
            set: |fd, v| so::$set(fd, v.try_into().map_err(|_| Errno::INVAL)?),
        }
    };
}

macro_rules! seconds {
    ($level:expr, $name:expr, $get:ident, $set:ident) => {
        Row {
            level: $level,
            name: $name,
            get: |fd| so::$get(fd).map(|span| span.as_secs() as i64),
            set: |fd, v| so::$set(fd, Duration::from_secs(v.try_into().map_err(|_| Errno::INVAL)?)),
        }
    };
}

const ROWS: &[Row] = &[
    flag!(SOL_SOCKET, 2, socket_reuseaddr, set_socket_reuseaddr),
    Row { level: SOL_SOCKET, name: 3, get: |fd| so::socket_type(fd).map(|t| t.as_raw().into()), set: read_only },
    Row { level: SOL_SOCKET, name: 4, get: pending_error, set: read_only },
    flag!(SOL_SOCKET, 6, socket_broadcast, set_socket_broadcast),
    count!(SOL_SOCKET, 7, socket_send_buffer_size, set_socket_send_buffer_size),
    count!(SOL_SOCKET, 8, socket_recv_buffer_size, set_socket_recv_buffer_size),
    flag!(SOL_SOCKET, 9, socket_keepalive, set_socket_keepalive),
    flag!(SOL_SOCKET, 10, socket_oobinline, set_socket_oobinline),
    flag!(SOL_SOCKET, 15, socket_reuseport, set_socket_reuseport),
    flag!(SOL_SOCKET, 16, socket_passcred, set_socket_passcred),
    Row { level: SOL_SOCKET, name: 30, get: |fd| so::socket_acceptconn(fd).map(i64::from), set: read_only },
    Row {
        level: SOL_SOCKET,
        name: 38,
        get: |fd| so::socket_protocol(fd).map(|p| p.map_or(0, |p| p.as_raw().get().into())),
        set: read_only,
    },
    Row { level: SOL_SOCKET, name: 39, get: |fd| so::socket_domain(fd).map(|d| d.as_raw().into()), set: read_only },
    count!(IPPROTO_IP, 1, ip_tos, set_ip_tos),
    count!(IPPROTO_IP, 2, ip_ttl, set_ip_ttl),
    count!(IPPROTO_IP, 33, ip_multicast_ttl, set_ip_multicast_ttl),
    flag!(IPPROTO_IP, 34, ip_multicast_loop, set_ip_multicast_loop),
    flag!(IPPROTO_TCP, 1, tcp_nodelay, set_tcp_nodelay),
    flag!(IPPROTO_TCP, 3, tcp_cork, set_tcp_cork),
    seconds!(IPPROTO_TCP, 4, tcp_keepidle, set_tcp_keepidle),
    seconds!(IPPROTO_TCP, 5, tcp_keepintvl, set_tcp_keepintvl),
    count!(IPPROTO_TCP, 6, tcp_keepcnt, set_tcp_keepcnt),
    flag!(IPPROTO_TCP, 12, tcp_quickack, set_tcp_quickack),
    count!(IPPROTO_TCP, 18, tcp_user_timeout, set_tcp_user_timeout),
    flag!(IPPROTO_IPV6, 19, ipv6_multicast_loop, set_ipv6_multicast_loop),
    flag!(IPPROTO_IPV6, 26, ipv6_v6only, set_ipv6_v6only),
];

/// The error that waits to be told, and no longer waits.
fn pending_error(fd: &OwnedFd) -> Result<i64> {
    so::socket_error(fd).map(|error| error.err().map_or(0, |errno| errno.raw_os_error().into()))
}

fn row(level: i32, name: i32) -> Result<&'static Row> {
    ROWS.iter().find(|row| (row.level, row.name) == (level, name)).ok_or(Errno::NOPROTOOPT)
}

/// The number that an option has.
pub fn get(fd: &OwnedFd, level: i32, name: i32) -> Result<i64> {
    (row(level, name)?.get)(fd)
}

pub fn set(fd: &OwnedFd, level: i32, name: i32, value: i64) -> Result<()> {
    (row(level, name)?.set)(fd, value)
}

/// Options that are C structures, as bytes.
pub fn get_bytes(fd: &OwnedFd, level: i32, name: i32) -> Result<Vec<u8>> {
    match (level, name) {
        (SOL_SOCKET, SO_LINGER) => {
            let linger = so::socket_linger(fd)?;
            let secs = linger.map_or(0, |span| span.as_secs() as i32);
            let on = i32::from(linger.is_some());
            Ok([on.to_ne_bytes(), secs.to_ne_bytes()].concat())
        }
        _ => get(fd, level, name).map(|n| (n as i32).to_ne_bytes().to_vec()),
    }
}

const SO_LINGER: i32 = 13;

pub fn set_bytes(fd: &OwnedFd, level: i32, name: i32, value: &[u8]) -> Result<()> {
    let word = |at: usize| value.get(at..at + 4).and_then(|b| b.try_into().ok()).map(i32::from_ne_bytes);
    match (level, name) {
        (SOL_SOCKET, SO_LINGER) => {
            let (Some(on), Some(secs)) = (word(0), word(4)) else { return Err(Errno::INVAL) };
            so::set_socket_linger(fd, (on != 0).then(|| Duration::from_secs(secs.max(0) as u64)))
        }
        _ => set(fd, level, name, word(0).ok_or(Errno::INVAL)?.into()),
    }
}
