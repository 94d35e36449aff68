//! `time`: everything goes by the interpreter's clock.

use std::cell::OnceCell;
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use weft_reactor::{Nanos, nanos_to_secs, secs_to_nanos};
use weft_vm::heap::Ref;
use weft_vm::objects::{Class, float, int, tuple};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, restartable};

use crate::structseq;
use crate::system::{self, Functions};
use crate::world::world;

const FIELDS: &[&str] =
    &["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const FUNCTIONS: Functions = &[
    ("time", time),
    ("time_ns", time_ns),
    ("monotonic", monotonic),
    ("monotonic_ns", monotonic_ns),
    ("perf_counter", monotonic),
    ("perf_counter_ns", monotonic_ns),
    ("process_time", process_time),
    ("process_time_ns", process_time_ns),
    ("thread_time", process_time),
    ("thread_time_ns", process_time_ns),
    ("sleep", restartable!(sleep)),
    ("gmtime", gmtime),
    ("localtime", localtime),
    ("mktime", mktime),
    ("strftime", strftime),
    ("asctime", asctime),
    ("ctime", ctime),
    ("get_clock_info", get_clock_info),
];

thread_local! {
    static STRUCT_TIME: OnceCell<Ref<Class>> = const { OnceCell::new() };
    static ZONE: OnceCell<TimeZone> = const { OnceCell::new() };
}

fn struct_time() -> Ref<Class> {
    STRUCT_TIME.with(|cell| cell.get_or_init(|| structseq::class("time.struct_time", FIELDS)).clone())
}

/// The zone of `TZ` or of the system.
fn zone() -> TimeZone {
    ZONE.with(|cell| cell.get_or_init(|| TimeZone::try_system().unwrap_or(TimeZone::UTC)).clone())
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("time", FUNCTIONS);
    system::add_class(&module, &struct_time());
    let zone = zone();
    let offset = |month| {
        let day = jiff::civil::date(2024, month, 1).at(12, 0, 0, 0);
        let info = zone.to_ambiguous_timestamp(day).compatible().map(|at| {
            let info = zone.to_offset_info(at);
            (info.offset().seconds(), info.abbreviation().to_owned())
        });
        info.unwrap_or((0, "UTC".to_owned()))
    };
    let (january, july) = (offset(1), offset(7));
    let (standard, summer) = if january.0 <= july.0 { (january, july) } else { (july, january) };
    module.dict.set("timezone", int(-i64::from(standard.0)));
    module.dict.set("altzone", int(-i64::from(summer.0)));
    module.dict.set("daylight", int(i64::from(standard.0 != summer.0)));
    module.dict.set("tzname", tuple(vec![Value::from(standard.1), Value::from(summer.1)]));
    Ok(module.into_value())
}

fn no_arguments(vm: &mut Vm, args: Args<'_>, name: &str) -> Res<()> {
    if !args.is_empty() {
        let n = args.len();
        return Err(vm.type_error(format!("time.{name}() takes no arguments ({n} given)")));
    }
    Ok(())
}

fn wall(vm: &mut Vm) -> Res<Nanos> {
    Ok(world(vm)?.clock().wall())
}

fn time(vm: &mut Vm, args: Args<'_>) -> Res {
    no_arguments(vm, args, "time")?;
    Ok(float(nanos_to_secs(wall(vm)?)))
}

fn time_ns(vm: &mut Vm, args: Args<'_>) -> Res {
    no_arguments(vm, args, "time_ns")?;
    Ok(int(wall(vm)?))
}

fn monotonic(vm: &mut Vm, args: Args<'_>) -> Res {
    no_arguments(vm, args, "monotonic")?;
    Ok(float(nanos_to_secs(world(vm)?.clock().now())))
}

fn monotonic_ns(vm: &mut Vm, args: Args<'_>) -> Res {
    no_arguments(vm, args, "monotonic_ns")?;
    Ok(int(world(vm)?.clock().now()))
}

/// Processor time; under a virtual clock no time passes while computing.
fn processor(vm: &mut Vm) -> Res<Nanos> {
    if world(vm)?.clock().is_virtual() {
        return Ok(0);
    }
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(spent.tv_sec * 1_000_000_000 + spent.tv_nsec)
}

fn process_time(vm: &mut Vm, args: Args<'_>) -> Res {
    no_arguments(vm, args, "process_time")?;
    Ok(float(nanos_to_secs(processor(vm)?)))
}

fn process_time_ns(vm: &mut Vm, args: Args<'_>) -> Res {
    no_arguments(vm, args, "process_time_ns")?;
    Ok(int(processor(vm)?))
}

fn sleep(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "sleep", 1, 1)?;
    let secs = system::number(vm, &args.pos()[0])?;
    if secs.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if secs < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    if secs > i64::MAX as f64 / 1e9 {
        return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    let world = world(vm)?;
    // What has been printed is to be seen while a program sleeps; a terminal has it anyway.
    let deadline = world.clock().now().saturating_add(secs_to_nanos(secs));
    world.sleep(vm, deadline)?;
    Ok(Value::NONE)
}

fn get_clock_info(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "get_clock_info", 1, 1)?;
    let name = system::text(vm, "get_clock_info() argument 1", &args.pos()[0])?;
    let (implementation, monotonic, adjustable) = match name.as_str() {
        "time" => ("clock_gettime(CLOCK_REALTIME)", false, true),
        "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", true, false),
        "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
        "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let names = ["implementation", "monotonic", "adjustable", "resolution"].map(Value::from);
    let values = [Value::from(implementation), Value::bool(monotonic), Value::bool(adjustable), float(1e-9)];
    let class = weft_vm::types().simple_namespace.value().clone();
    vm.call_keywords(&class, &values, &names)
}

// Broken-down time.

/// A broken-down time, its fields as Python counts them.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Monday is 0.
    weekday: i64,
    /// The first is 1.
    yearday: i64,
    dst: i64,
    zone: String,
    offset: i64,
}

impl Parts {
    fn of(at: &Zoned) -> Parts {
        let info = at.time_zone().to_offset_info(at.timestamp());
        Parts {
            year: at.year().into(),
            month: at.month().into(),
            day: at.day().into(),
            hour: at.hour().into(),
            minute: at.minute().into(),
            second: at.second().into(),
            weekday: at.weekday().to_monday_zero_offset().into(),
            yearday: at.day_of_year().into(),
            dst: i64::from(info.dst().is_dst()),
            zone: info.abbreviation().to_owned(),
            offset: info.offset().seconds().into(),
        }
    }

    fn value(&self) -> Value {
        let fields = [
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.weekday,
            self.yearday,
            self.dst,
        ];
        let value = structseq::make(&struct_time(), fields.into_iter().map(int).collect());
        structseq::set_extra(&value, "tm_zone", Value::from(self.zone.as_str()));
        structseq::set_extra(&value, "tm_gmtoff", int(self.offset));
        value
    }
}

/// The instant of an optional argument in seconds; now by default.
fn instant(vm: &mut Vm, args: Args<'_>, name: &str) -> Res<Timestamp> {
    args.expect(vm, name, 0, 1)?;
    let secs = match args.pos().first().filter(|v| !v.is_none()) {
        Some(value) => system::number(vm, value)?.floor() as i64,
        None => wall(vm)?.div_euclid(1_000_000_000),
    };
    match Timestamp::from_second(secs) {
        Ok(at) => Ok(at),
        Err(_) => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn gmtime(vm: &mut Vm, args: Args<'_>) -> Res {
    let at = instant(vm, args, "gmtime")?;
    let mut parts = Parts::of(&at.to_zoned(TimeZone::UTC));
    parts.zone = "UTC".into();
    Ok(parts.value())
}

fn localtime(vm: &mut Vm, args: Args<'_>) -> Res {
    let at = instant(vm, args, "localtime")?;
    Ok(Parts::of(&at.to_zoned(zone())).value())
}

/// The fields of a struct_time or of a tuple of nine.
fn parts_of(vm: &mut Vm, value: &Value) -> Res<Parts> {
    let Some(items) =
        value.as_items().map(<[Value]>::to_vec).filter(|_| value.downcast::<weft_vm::objects::Tuple>().is_some())
    else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if items.len() != 9 {
        return Err(vm.type_error("time tuple must have exactly 9 items"));
    }
    let mut n = [0_i64; 9];
    for (slot, item) in n.iter_mut().zip(&items) {
        *slot = vm.as_index(item)?;
    }
    let [year, month, day, hour, minute, second, weekday, yearday, dst] = n;
    let limits: [(i64, std::ops::RangeInclusive<i64>, &str); 6] = [
        (month, 0..=12, "month out of range"),
        (day, 0..=31, "day of month out of range"),
        (hour, 0..=23, "hour out of range"),
        (minute, 0..=59, "minute out of range"),
        (second, 0..=61, "seconds out of range"),
        (yearday, 0..=366, "day of year out of range"),
    ];
    for (value, range, message) in limits {
        if !range.contains(&value) {
            return Err(vm.value_error(message));
        }
    }
    if weekday < -1 {
        return Err(vm.value_error("day of week out of range"));
    }
    let zone = vm.find_attr(value, &weft_vm::objects::intern(b"tm_zone"))?;
    let zone = zone.map(|z| weft_vm::types::text_of(&z)).unwrap_or_else(|| zone_name(dst > 0));
    let offset = vm.find_attr(value, &weft_vm::objects::intern(b"tm_gmtoff"))?.and_then(|v| v.as_i64()).unwrap_or(0);
    Ok(Parts {
        year,
        month: month.max(1),
        day: day.max(1),
        hour,
        minute,
        second,
        weekday: (weekday + 7) % 7,
        yearday: yearday.max(1),
        dst,
        zone,
        offset,
    })
}

fn zone_name(_dst: bool) -> String {
    Parts::of(&Timestamp::UNIX_EPOCH.to_zoned(zone())).zone
}

fn mktime(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "mktime", 1, 1)?;
    let parts = parts_of(vm, &args.pos()[0])?;
    // Days, hours and so on may lie outside their usual ranges and carry over.
    let start = jiff::civil::Date::new(parts.year as i16, parts.month as i8, 1);
    let local = start.and_then(|date| {
        let days = jiff::Span::new().try_days(parts.day - 1)?;
        let secs = jiff::Span::new().try_seconds(parts.hour * 3600 + parts.minute * 60 + parts.second)?;
        date.at(0, 0, 0, 0).checked_add(days)?.checked_add(secs)
    });
    let at = local.and_then(|local| zone().to_ambiguous_timestamp(local).compatible());
    match at {
        Ok(at) => Ok(float(at.as_second() as f64)),
        Err(_) => Err(vm.overflow_error("mktime argument out of range")),
    }
}

fn optional_parts(vm: &mut Vm, value: Option<&Value>) -> Res<Parts> {
    match value {
        Some(value) => parts_of(vm, value),
        None => {
            let at = instant(vm, Args::positional(&[]), "localtime")?;
            Ok(Parts::of(&at.to_zoned(zone())))
        }
    }
}

fn ascii_time(parts: &Parts) -> String {
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {}",
        &DAYS[parts.weekday as usize % 7][..3],
        &MONTHS[(parts.month - 1) as usize % 12][..3],
        parts.day,
        parts.hour,
        parts.minute,
        parts.second,
        parts.year
    )
}

fn asctime(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "asctime", 0, 1)?;
    let parts = optional_parts(vm, args.pos().first())?;
    Ok(Value::from(ascii_time(&parts)))
}

fn ctime(vm: &mut Vm, args: Args<'_>) -> Res {
    let at = instant(vm, args, "ctime")?;
    Ok(Value::from(ascii_time(&Parts::of(&at.to_zoned(zone())))))
}

fn strftime(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "strftime", 1, 2)?;
    let format = system::text(vm, "strftime() argument 1", &args.pos()[0])?;
    let parts = optional_parts(vm, args.pos().get(1))?;
    Ok(Value::from(format_time(&format, &parts)))
}

/// Week of the year, counting from the first `start` (0: Monday, 6: Sunday).
fn week(parts: &Parts, start: i64) -> i64 {
    (parts.yearday - 1 + 7 - (parts.weekday - start).rem_euclid(7)) / 7
}

/// ISO year and week.
fn iso_week(parts: &Parts) -> (i64, i64) {
    match jiff::civil::Date::new(parts.year as i16, parts.month as i8, parts.day as i8) {
        Ok(date) => {
            let iso = date.iso_week_date();
            (iso.year().into(), iso.week().into())
        }
        Err(_) => (parts.year, week(parts, 0)),
    }
}

/// The conversions of strftime(3) in the C locale.
fn format_time(format: &str, parts: &Parts) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(code) => convert(&mut out, code, parts),
            None => out.push('%'),
        }
    }
    out
}

fn convert(out: &mut String, code: char, p: &Parts) {
    let hour12 = if p.hour % 12 == 0 { 12 } else { p.hour % 12 };
    let (day, month) = (DAYS[p.weekday as usize % 7], MONTHS[(p.month - 1) as usize % 12]);
    // Writing to a string can't fail.
    let _ = match code {
        'a' => write!(out, "{}", &day[..3]),
        'A' => write!(out, "{day}"),
        'b' | 'h' => write!(out, "{}", &month[..3]),
        'B' => write!(out, "{month}"),
        'c' => write!(out, "{}", ascii_time(p)),
        'C' => write!(out, "{:02}", p.year.div_euclid(100)),
        'd' => write!(out, "{:02}", p.day),
        'D' | 'x' => write!(out, "{:02}/{:02}/{:02}", p.month, p.day, p.year.rem_euclid(100)),
        'e' => write!(out, "{:2}", p.day),
        'F' => write!(out, "{}-{:02}-{:02}", p.year, p.month, p.day),
        'g' => write!(out, "{:02}", iso_week(p).0.rem_euclid(100)),
        'G' => write!(out, "{}", iso_week(p).0),
        'H' => write!(out, "{:02}", p.hour),
        'I' => write!(out, "{hour12:02}"),
        'j' => write!(out, "{:03}", p.yearday),
        'k' => write!(out, "{:2}", p.hour),
        'l' => write!(out, "{hour12:2}"),
        'm' => write!(out, "{:02}", p.month),
        'M' => write!(out, "{:02}", p.minute),
        'n' => writeln!(out),
        'p' => write!(out, "{}", if p.hour < 12 { "AM" } else { "PM" }),
        'P' => write!(out, "{}", if p.hour < 12 { "am" } else { "pm" }),
        'r' => write!(out, "{hour12:02}:{:02}:{:02} {}", p.minute, p.second, if p.hour < 12 { "AM" } else { "PM" }),
        'R' => write!(out, "{:02}:{:02}", p.hour, p.minute),
        's' => write!(out, "{}", epoch_seconds(p)),
        'S' => write!(out, "{:02}", p.second),
        't' => write!(out, "\t"),
        'T' | 'X' => write!(out, "{:02}:{:02}:{:02}", p.hour, p.minute, p.second),
        'u' => write!(out, "{}", p.weekday + 1),
        'U' => write!(out, "{:02}", week(p, 6)),
        'V' => write!(out, "{:02}", iso_week(p).1),
        'w' => write!(out, "{}", (p.weekday + 1) % 7),
        'W' => write!(out, "{:02}", week(p, 0)),
        'y' => write!(out, "{:02}", p.year.rem_euclid(100)),
        'Y' => write!(out, "{}", p.year),
        'z' => {
            let minutes = p.offset.abs() / 60;
            let sign = if p.offset < 0 { '-' } else { '+' };
            write!(out, "{sign}{:02}{:02}", minutes / 60, minutes % 60)
        }
        'Z' => write!(out, "{}", p.zone),
        '%' => write!(out, "%"),
        other => write!(out, "%{other}"),
    };
}

fn epoch_seconds(p: &Parts) -> i64 {
    let date = jiff::civil::Date::new(p.year as i16, p.month as i8, p.day as i8);
    let local = date.map(|d| d.at(p.hour as i8, p.minute as i8, p.second.min(59) as i8, 0));
    let at = local.and_then(|local| zone().to_ambiguous_timestamp(local).compatible());
    at.map_or(0, |at| at.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_are_those_of_the_c_library() {
        let at = Timestamp::from_second(1_700_000_000).expect("in range").to_zoned(TimeZone::UTC);
        let parts = Parts::of(&at);
        let shown = format_time("%Y-%m-%d %H:%M:%S %a %A %b %j %U %W %V %G %u %w %y %I %p %% %q", &parts);
        assert_eq!(shown, "2023-11-14 22:13:20 Tue Tuesday Nov 318 46 46 46 2023 2 2 23 10 PM % %q");
        assert_eq!(
            format_time("%c|%x|%X|%D|%e|%z", &parts),
            "Tue Nov 14 22:13:20 2023|11/14/23|22:13:20|11/14/23|14|+0000"
        );
    }
}
