//! Names of hosts and services.

use std::cell::OnceCell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use dns_lookup::{AddrInfoHints, LookupError};
use weft_vm::objects::{Str, bytes, int, list, tuple};
use weft_vm::{Args, Asks, Res, Thrown, Value, Vm, types};

use super::address::{AF_INET, AF_INET6, show_ip};
use crate::system::{self, Functions};

pub const FUNCTIONS: Functions = &[
    ("getaddrinfo", getaddrinfo),
    ("getnameinfo", getnameinfo),
    ("gethostbyname", gethostbyname),
    ("gethostbyname_ex", gethostbyname_ex),
    ("gethostbyaddr", gethostbyaddr),
    ("gethostname", gethostname),
    ("getservbyname", getservbyname),
    ("getservbyport", getservbyport),
    ("getprotobyname", getprotobyname),
    ("inet_aton", inet_aton),
    ("inet_ntoa", inet_ntoa),
    ("inet_pton", inet_pton),
    ("inet_ntop", inet_ntop),
    ("ntohs", swap16),
    ("htons", swap16),
    ("ntohl", swap32),
    ("htonl", swap32),
];

const SOCK_STREAM: i32 = 1;

/// A class `socket.…` derived from OSError.
pub fn error_class(vm: &mut Vm, name: &'static str) -> Res {
    thread_local! {
        static GAI: OnceCell<Value> = const { OnceCell::new() };
        static HERROR: OnceCell<Value> = const { OnceCell::new() };
    }
    let cell = if name == "gaierror" { &GAI } else { &HERROR };
    if let Some(class) = cell.with(|cell| cell.get().cloned()) {
        return Ok(class);
    }
    let namespace = weft_vm::objects::Dict::create();
    namespace.set("__module__", "socket");
    let bases = tuple(vec![types().exceptions.OSError.value().clone()]);
    let metaclass = types().r#type.value().clone();
    let class = vm.call(&metaclass, &[Value::from(name), bases, namespace.into_value()])?;
    Ok(cell.with(|cell| cell.get_or_init(|| class).clone()))
}

/// `socket.gaierror` with its number and the library's words.
#[cold]
pub fn gai_error(vm: &mut Vm, number: i32) -> Thrown {
    let words = match number {
        -1 => "Bad value for ai_flags",
        -2 => "Name or service not known",
        -3 => "Temporary failure in name resolution",
        -4 => "Non-recoverable failure in name resolution",
        -5 => "No address associated with hostname",
        -6 => "ai_family not supported",
        -7 => "ai_socktype not supported",
        -8 => "Servname not supported for ai_socktype",
        -9 => "Address family for hostname not supported",
        -10 => "Memory allocation failure",
        -12 => "Argument buffer overflow",
        _ => "System error",
    };
    let exception = error_class(vm, "gaierror").and_then(|class| vm.call(&class, &[int(number.into()), words.into()]));
    match exception {
        Ok(exception) => vm.throw(exception),
        Err(thrown) => thrown,
    }
}

fn lookup_error(vm: &mut Vm, error: &LookupError) -> Thrown {
    gai_error(vm, error.error_num())
}

/// The addresses of a host.
pub fn hosts(vm: &mut Vm, host: &str, family: i32) -> Res<Vec<SocketAddr>> {
    let hints = AddrInfoHints { address: family, socktype: SOCK_STREAM, ..AddrInfoHints::default() };
    match dns_lookup::getaddrinfo(Some(host), None, Some(hints)) {
        Ok(found) => Ok(found.filter_map(Result::ok).map(|info| info.sockaddr).collect()),
        Err(error) => Err(lookup_error(vm, &error)),
    }
}

/// Text of an argument that may be None, a number, str or bytes.
fn name_argument(vm: &mut Vm, value: &Value, message: &str) -> Res<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Some(text) = value.downcast::<Str>() {
        return Ok(Some(text.to_string_lossy()));
    }
    match value.as_byte_slice() {
        Some(bytes) => Ok(Some(String::from_utf8_lossy(bytes).into_owned())),
        None => {
            let class = types().exceptions.OSError.clone();
            Err(vm.raise(&class, message))
        }
    }
}

fn getaddrinfo(vm: &mut Vm, args: Args<'_>) -> Res {
    let params = ["host", "port", "family", "type", "proto", "flags"];
    let [host, port, rest @ ..] = args.bind(vm, "getaddrinfo", params, 2)?;
    let (host, port) = (host.cloned().unwrap_or(Value::NONE), port.cloned().unwrap_or(Value::NONE));
    let host = name_argument(vm, &host, "getaddrinfo() argument 1 must be string or None")?;
    let service = match port.is_int() {
        true => Some(vm.as_index(&port)?.to_string()),
        false => name_argument(vm, &port, "Int or String expected")?,
    };
    let mut numbers = [0_i32; 4];
    for (slot, value) in numbers.iter_mut().zip(rest) {
        if let Some(value) = value {
            *slot = system::c_int(vm, value)?;
        }
    }
    let [address, socktype, protocol, flags] = numbers;
    let hints = AddrInfoHints { flags, address, socktype, protocol };
    let host = host.filter(|host| !host.is_empty());
    let found = match dns_lookup::getaddrinfo(host.as_deref(), service.as_deref(), Some(hints)) {
        Ok(found) => found,
        Err(error) => return Err(lookup_error(vm, &error)),
    };
    let entries = found.filter_map(Result::ok).map(|info| {
        tuple(vec![
            int(info.address.into()),
            int(info.socktype.into()),
            int(info.protocol.into()),
            Value::from(info.canonname.unwrap_or_default()),
            show_ip(&info.sockaddr),
        ])
    });
    Ok(list(entries.collect()))
}

fn getnameinfo(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getnameinfo", 2, 2)?;
    let flags = system::c_int(vm, &args.pos()[1])?;
    let items = args.pos()[0].as_items().map(<[Value]>::to_vec).unwrap_or_default();
    let [host, port, ..] = items.as_slice() else {
        return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let host = system::text(vm, "getnameinfo() host", host)?;
    let port = vm.as_index(port)?;
    let Ok(ip) = host.split('%').next().unwrap_or(&host).parse::<IpAddr>() else { return Err(gai_error(vm, -2)) };
    match dns_lookup::getnameinfo(&SocketAddr::new(ip, port as u16), flags) {
        Ok((host, service)) => Ok(tuple(vec![host.into(), service.into()])),
        Err(error) => Err(lookup_error(vm, &error)),
    }
}

fn host_argument(vm: &mut Vm, args: Args<'_>, name: &str) -> Res<String> {
    args.expect(vm, name, 1, 1)?;
    system::text(vm, &format!("{name}() argument 1"), &args.pos()[0])
}

fn gethostbyname(vm: &mut Vm, args: Args<'_>) -> Res {
    let host = host_argument(vm, args, "gethostbyname")?;
    Ok(Value::from(super::address::resolve(vm, &host, false)?.to_string()))
}

fn gethostbyname_ex(vm: &mut Vm, args: Args<'_>) -> Res {
    let host = host_argument(vm, args, "gethostbyname_ex")?;
    let mut found: Vec<String> = hosts(vm, &host, AF_INET)?.iter().map(|a| a.ip().to_string()).collect();
    found.dedup();
    let found = found.into_iter().map(Value::from).collect();
    Ok(tuple(vec![host.into(), list(Vec::new()), list(found)]))
}

fn gethostbyaddr(vm: &mut Vm, args: Args<'_>) -> Res {
    let host = host_argument(vm, args, "gethostbyaddr")?;
    let ip = match host.parse::<IpAddr>() {
        Ok(ip) => ip,
        Err(_) => super::address::resolve(vm, &host, false)?,
    };
    match dns_lookup::lookup_addr(&ip) {
        Ok(name) => Ok(tuple(vec![name.into(), list(Vec::new()), list(vec![ip.to_string().into()])])),
        Err(_) => {
            let class = error_class(vm, "herror")?;
            let exception = vm.call(&class, &[int(1), Value::from("Unknown host")])?;
            Err(vm.throw(exception))
        }
    }
}

fn gethostname(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "gethostname", 0, 0)?;
    Ok(Value::from(rustix::system::uname().nodename().to_string_lossy().into_owned()))
}

/// Services that programs ask for; the rest stands in the system's own table.
fn services() -> Vec<(String, u16, String)> {
    let table = std::fs::read_to_string("/etc/services").unwrap_or_default();
    let parse = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let (name, place) = (words.next()?, words.next()?);
        let (port, protocol) = place.split_once('/')?;
        Some((name.to_owned(), port.parse().ok()?, protocol.to_owned()))
    };
    table.lines().filter_map(parse).collect()
}

fn protocol_argument(vm: &mut Vm, args: Args<'_>) -> Res<Option<String>> {
    match args.pos().get(1) {
        Some(value) => system::text(vm, "argument 2", value).map(Some),
        None => Ok(None),
    }
}

fn getservbyname(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getservbyname", 1, 2)?;
    let name = system::text(vm, "getservbyname() argument 1", &args.pos()[0])?;
    let protocol = protocol_argument(vm, args)?;
    let fits = |(n, _, p): &&(String, u16, String)| *n == name && protocol.as_ref().is_none_or(|wanted| wanted == p);
    match services().iter().find(fits) {
        Some((_, port, _)) => Ok(int((*port).into())),
        None => {
            let class = types().exceptions.OSError.clone();
            Err(vm.raise(&class, "service/proto not found"))
        }
    }
}

fn getservbyport(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getservbyport", 1, 2)?;
    let port = vm.as_index(&args.pos()[0])?;
    let protocol = protocol_argument(vm, args)?;
    if !(0..=65535).contains(&port) {
        return Err(vm.overflow_error("getservbyport: port must be 0-65535."));
    }
    let fits = |(_, n, p): &&(String, u16, String)| {
        i64::from(*n) == port && protocol.as_ref().is_none_or(|wanted| wanted == p)
    };
    match services().iter().find(fits) {
        Some((name, _, _)) => Ok(Value::from(name.as_str())),
        None => {
            let class = types().exceptions.OSError.clone();
            Err(vm.raise(&class, "port/proto not found"))
        }
    }
}

fn getprotobyname(vm: &mut Vm, args: Args<'_>) -> Res {
    let name = host_argument(vm, args, "getprotobyname")?;
    let known = [("ip", 0), ("icmp", 1), ("tcp", 6), ("udp", 17), ("ipv6", 41), ("ipv6-icmp", 58)];
    match known.iter().find(|(known, _)| *known == name) {
        Some((_, number)) => Ok(int(*number)),
        None => {
            let class = types().exceptions.OSError.clone();
            Err(vm.raise(&class, "protocol not found"))
        }
    }
}

// Numbers as text and back.

fn illegal(vm: &mut Vm, function: &str) -> Thrown {
    let class = types().exceptions.OSError.clone();
    vm.raise(&class, format!("illegal IP address string passed to {function}"))
}

/// The old form has one to four parts, of which the last fills the rest; each may be octal or hexadecimal.
fn parse_old(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text
        .split('.')
        .map(|part| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None if part.len() > 1 && part.starts_with('0') => u64::from_str_radix(part, 8).ok(),
            None => part.parse().ok(),
        })
        .collect::<Option<_>>()?;
    let (last, firsts) = parts.split_last()?;
    if firsts.len() > 3 || firsts.iter().any(|part| *part > 255) || *last >= 1 << (8 * (4 - firsts.len())) {
        return None;
    }
    let high = firsts.iter().enumerate().map(|(i, part)| part << (24 - 8 * i)).sum::<u64>();
    Some(Ipv4Addr::from((high | last) as u32))
}

fn inet_aton(vm: &mut Vm, args: Args<'_>) -> Res {
    let text = host_argument(vm, args, "inet_aton")?;
    match parse_old(&text) {
        Some(ip) => Ok(bytes(&ip.octets())),
        None => Err(illegal(vm, "inet_aton")),
    }
}

fn inet_ntoa(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "inet_ntoa", 1, 1)?;
    let packed = system::bytes(vm, &args.pos()[0])?;
    match <[u8; 4]>::try_from(packed) {
        Ok(octets) => Ok(Value::from(Ipv4Addr::from(octets).to_string())),
        Err(_) => {
            let class = types().exceptions.OSError.clone();
            Err(vm.raise(&class, "packed IP wrong length"))
        }
    }
}

const EAFNOSUPPORT: i32 = 97;

fn inet_pton(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "inet_pton", 2, 2)?;
    let family = system::c_int(vm, &args.pos()[0])?;
    let text = system::text(vm, "inet_pton() argument 2", &args.pos()[1])?;
    let packed = match family {
        AF_INET => text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets().to_vec()),
        AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|ip| ip.octets().to_vec()),
        _ => return Err(system::os_error(vm, EAFNOSUPPORT)),
    };
    match packed {
        Some(packed) => Ok(bytes(&packed)),
        None => Err(illegal(vm, "inet_pton")),
    }
}

fn inet_ntop(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "inet_ntop", 2, 2)?;
    let family = system::c_int(vm, &args.pos()[0])?;
    let packed = system::bytes(vm, &args.pos()[1])?;
    let shown = match family {
        AF_INET => <[u8; 4]>::try_from(packed).ok().map(|octets| Ipv4Addr::from(octets).to_string()),
        AF_INET6 => <[u8; 16]>::try_from(packed).ok().map(|octets| Ipv6Addr::from(octets).to_string()),
        _ => return Err(vm.value_error(format!("unknown address family {family}"))),
    };
    match shown {
        Some(shown) => Ok(Value::from(shown)),
        None => Err(vm.value_error("invalid length of packed IP address string")),
    }
}

fn swap16(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "htons", 1, 1)?;
    let n = vm.as_index(&args.pos()[0])?;
    match u16::try_from(n) {
        Ok(n) => Ok(int(n.to_be().into())),
        Err(_) if n < 0 => {
            Err(vm.overflow_error("htons: can't convert negative Python int to C 16-bit unsigned integer"))
        }
        Err(_) => Err(vm.overflow_error("htons: Python int too large to convert to C 16-bit unsigned integer")),
    }
}

fn swap32(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "htonl", 1, 1)?;
    let n = vm.as_index(&args.pos()[0])?;
    match u32::try_from(n) {
        Ok(n) => Ok(int(n.to_be().into())),
        Err(_) if n < 0 => Err(vm.overflow_error("can't convert negative value to unsigned int")),
        Err(_) => Err(vm.overflow_error("int larger than 32 bits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_addresses_have_up_to_four_parts() {
        assert_eq!(parse_old("1.2.3.4"), Some(Ipv4Addr::new(1, 2, 3, 4)));
        assert_eq!(parse_old("127.1"), Some(Ipv4Addr::new(127, 0, 0, 1)));
        assert_eq!(parse_old("0x7f000001"), Some(Ipv4Addr::new(127, 0, 0, 1)));
        assert_eq!(parse_old("256.1.1.1"), None);
        assert_eq!(parse_old("x"), None);
    }
}
