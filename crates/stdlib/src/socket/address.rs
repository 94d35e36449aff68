//! Socket addresses: as scripts write them and as the system takes them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use rustix::net::{SocketAddrAny, SocketAddrUnix};
use weft_vm::objects::{Str, bytes, int, tuple};
use weft_vm::{Asks, Res, Value, Vm};

use super::lookup;
use crate::system::{self, class_name, errno_error};

pub const AF_UNIX: i32 = 1;
pub const AF_INET: i32 = 2;
pub const AF_INET6: i32 = 10;

/// An address of one of the families that are known.
pub enum Address {
    Ip(SocketAddr),
    Unix(SocketAddrUnix),
}

impl Address {
    pub fn any(self) -> SocketAddrAny {
        match self {
            Address::Ip(address) => address.into(),
            Address::Unix(address) => address.into(),
        }
    }
}

/// The address in an argument of the method `what`.
pub fn parse(vm: &mut Vm, family: i32, what: &str, value: &Value) -> Res<Address> {
    match family {
        AF_INET => ip(vm, "AF_INET", what, value, false),
        AF_INET6 => ip(vm, "AF_INET6", what, value, true),
        AF_UNIX => unix(vm, value).map(Address::Unix),
        _ => {
            let class = weft_vm::types().exceptions.OSError.clone();
            Err(vm.raise(&class, format!("{what}(): bad family")))
        }
    }
}

fn ip(vm: &mut Vm, family: &str, what: &str, value: &Value, v6: bool) -> Res<Address> {
    let Some(items) = value.downcast::<weft_vm::objects::Tuple>().map(|t| t.items().to_vec()) else {
        let got = class_name(value);
        return Err(vm.type_error(format!("{what}(): {family} address must be tuple, not {got}")));
    };
    let fits = if v6 { (2..=4).contains(&items.len()) } else { items.len() == 2 };
    if !fits {
        let shape = if v6 { "a tuple (host, port[, flowinfo[, scopeid]])" } else { "a pair (host, port)" };
        return Err(vm.type_error(format!("{family} address must be {shape}")));
    }
    let host = host_text(vm, &items[0])?;
    let port = vm.as_index(&items[1])?;
    let Ok(port) = u16::try_from(port) else {
        return Err(vm.overflow_error(format!("{what}(): port must be 0-65535.")));
    };
    let mut extra = [0_u32; 2];
    for (slot, item) in extra.iter_mut().zip(items.iter().skip(2)) {
        *slot = vm.as_index(item)?.clamp(0, u32::MAX.into()) as u32;
    }
    let address = match resolve(vm, &host, v6)? {
        IpAddr::V4(v4) => SocketAddr::V4(SocketAddrV4::new(v4, port)),
        IpAddr::V6(v6) => SocketAddr::V6(SocketAddrV6::new(v6, port, extra[0], extra[1])),
    };
    Ok(Address::Ip(address))
}

fn host_text(vm: &mut Vm, value: &Value) -> Res<String> {
    if let Some(bytes) = value.as_byte_slice() {
        return Ok(String::from_utf8_lossy(bytes).into_owned());
    }
    match value.downcast::<Str>() {
        Some(text) => Ok(text.to_string_lossy()),
        None => {
            let got = class_name(value);
            Err(vm.type_error(format!("str, bytes or bytearray expected, not {got}")))
        }
    }
}

/// The number of a host: numeric, special or looked up.
pub fn resolve(vm: &mut Vm, host: &str, v6: bool) -> Res<IpAddr> {
    match (host, v6) {
        ("", false) => return Ok(Ipv4Addr::UNSPECIFIED.into()),
        ("", true) => return Ok(Ipv6Addr::UNSPECIFIED.into()),
        ("<broadcast>", false) => return Ok(Ipv4Addr::BROADCAST.into()),
        _ => {}
    }
    let plain = host.split('%').next().unwrap_or(host);
    match plain.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) if !v6 => return Ok(v4.into()),
        Ok(IpAddr::V6(address)) if v6 => return Ok(address.into()),
        _ => {}
    }
    let family = if v6 { AF_INET6 } else { AF_INET };
    let found = lookup::hosts(vm, host, family)?;
    match found.first() {
        Some(address) => Ok(address.ip()),
        None => Err(lookup::gai_error(vm, -2)),
    }
}

fn unix(vm: &mut Vm, value: &Value) -> Res<SocketAddrUnix> {
    let path = match value.downcast::<Str>() {
        Some(text) => text.as_bytes().to_vec(),
        None => system::bytes(vm, value)?,
    };
    let result = match path.split_first() {
        Some((0, name)) => SocketAddrUnix::new_abstract_name(name),
        _ => SocketAddrUnix::new(path.as_slice()),
    };
    result.map_err(|errno| match errno {
        rustix::io::Errno::NAMETOOLONG => {
            let class = weft_vm::types().exceptions.OSError.clone();
            vm.raise(&class, "AF_UNIX path too long")
        }
        errno => errno_error(vm, errno),
    })
}

/// An address as scripts see it.
pub fn show(address: Option<SocketAddrAny>) -> Value {
    let Some(address) = address else { return Value::NONE };
    if let Ok(ip) = SocketAddr::try_from(address.clone()) {
        return show_ip(&ip);
    }
    match SocketAddrUnix::try_from(address) {
        Ok(unix) => match (unix.abstract_name(), unix.path_bytes()) {
            (Some(name), _) => {
                let mut whole = vec![0];
                whole.extend_from_slice(name);
                bytes(&whole)
            }
            (None, Some(path)) => Value::from(String::from_utf8_lossy(path).trim_end_matches('\0')),
            (None, None) => Value::from(""),
        },
        Err(_) => Value::NONE,
    }
}

/// An internet address as scripts see it.
pub fn show_ip(address: &SocketAddr) -> Value {
    let (host, port) = (Value::from(address.ip().to_string()), int(address.port().into()));
    match address {
        SocketAddr::V4(_) => tuple(vec![host, port]),
        SocketAddr::V6(v6) => tuple(vec![host, port, int(v6.flowinfo().into()), int(v6.scope_id().into())]),
    }
}
