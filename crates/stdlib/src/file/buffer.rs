//! The state of a file: descriptor, what has been read ahead, what is still to be written.

use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;

use rustix::fs::SeekFrom;
use rustix::io::Errno;
use weft_reactor::Interest;
use weft_vm::heap::Ref;
use weft_vm::objects::Str;
use weft_vm::{Res, Value, Vm};

use crate::descriptors;
use crate::system::errno_error;
use crate::world::world;

/// How much is read ahead or held back.
pub const SIZE: usize = 8192;

/// Which class a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    Text,
    Reader,
    Writer,
    Random,
    Raw,
}

/// What ends a line, and whether it is shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newline {
    /// `\n`, `\r\n` and `\r` all end lines and read as `\n`.
    Universal,
    /// They all end lines and stay as they are.
    Untranslated,
    /// This ends lines; written in place of `\n`.
    Fixed(&'static str),
}

/// How text becomes bytes.
pub struct Text {
    pub encoding: String,
    pub errors: String,
    pub newline: Newline,
}

/// A file; closed when it dies.
pub struct File {
    fd: Cell<RawFd>,
    pub flavour: Flavour,
    pub name: Value,
    pub mode: String,
    pub text: Option<Text>,
    pub readable: bool,
    pub writable: bool,
    /// The descriptor is this file's to close.
    pub close_fd: bool,
    /// Reading may have to wait: not a regular file.
    pub may_block: bool,
    pub line_buffered: bool,
    input: RefCell<Vec<u8>>,
    /// Where in `input` the unread part begins.
    at: Cell<usize>,
    /// The rest of a file in another encoding stands in `input` as UTF-8.
    transcoded: Cell<bool>,
    output: RefCell<Vec<u8>>,
}

impl File {
    pub fn new(fd: RawFd, flavour: Flavour, name: Value, mode: &str, text: Option<Text>) -> File {
        File {
            fd: Cell::new(fd),
            flavour,
            name,
            mode: mode.to_owned(),
            text,
            readable: false,
            writable: false,
            close_fd: true,
            may_block: false,
            line_buffered: false,
            input: RefCell::default(),
            at: Cell::new(0),
            transcoded: Cell::new(false),
            output: RefCell::default(),
        }
    }

    pub fn fd(&self) -> RawFd {
        self.fd.get()
    }

    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// Closes without writing what is held back.
    pub fn close(&self) {
        let fd = self.fd.replace(-1);
        if fd >= 0 && self.close_fd {
            descriptors::close(fd);
        }
    }

    // Reading.

    fn unread(&self) -> usize {
        self.input.borrow().len() - self.at.get()
    }

    /// Takes bytes from the front of what was read ahead.
    fn take(&self, count: usize) -> Vec<u8> {
        let at = self.at.get();
        let taken = self.input.borrow()[at..at + count].to_vec();
        self.at.set(at + count);
        taken
    }

    /// Reads at least one more byte; false at the end.
    fn fill(&self, vm: &mut Vm) -> Res<bool> {
        if self.transcoded.get() {
            return Ok(false);
        }
        let mut chunk = vec![0; SIZE];
        let count = self.read_some(vm, &mut chunk)?;
        let mut input = self.input.borrow_mut();
        input.drain(..self.at.replace(0));
        input.extend_from_slice(&chunk[..count]);
        Ok(count > 0)
    }

    fn read_some(&self, vm: &mut Vm, chunk: &mut [u8]) -> Res<usize> {
        let fd = descriptors::get(vm, self.fd())?;
        loop {
            if self.may_block {
                world(vm)?.wait(vm, self.fd(), Interest::READ, None)?;
            }
            match rustix::io::read(&*fd, &mut *chunk) {
                Ok(count) => return Ok(count),
                Err(Errno::INTR) => crate::signal::run_handlers(vm)?,
                Err(errno) => return Err(errno_error(vm, errno)),
            }
        }
    }

    /// Up to `limit` bytes, or all.
    pub fn read_bytes(&self, vm: &mut Vm, limit: Option<usize>) -> Res<Vec<u8>> {
        if self.flavour == Flavour::Raw
            && let Some(limit) = limit
        {
            let mut chunk = vec![0; limit.min(1 << 30)];
            let count = self.read_some(vm, &mut chunk)?;
            chunk.truncate(count);
            return Ok(chunk);
        }
        while limit.is_none_or(|limit| self.unread() < limit) && self.fill(vm)? {}
        let unread = self.unread();
        Ok(self.take(limit.map_or(unread, |limit| limit.min(unread))))
    }

    /// One line with its end, or what there is; at most `limit` bytes of binary or code points of text.
    pub fn read_line(&self, vm: &mut Vm, limit: Option<usize>) -> Res<Vec<u8>> {
        self.transcode(vm)?;
        let mut searched = 0;
        loop {
            let found = {
                let input = self.input.borrow();
                self.line_end(&input[self.at.get()..], searched)
            };
            let end = match found {
                Some(end) => end,
                None => {
                    searched = self.unread().saturating_sub(1);
                    let enough = self.text.is_none() && limit.is_some_and(|limit| self.unread() >= limit);
                    if !enough && self.fill(vm)? {
                        continue;
                    }
                    self.unread()
                }
            };
            let end = match limit {
                Some(limit) if self.text.is_none() => end.min(limit),
                Some(limit) => self.code_points(limit).min(end),
                None => end,
            };
            return Ok(self.take(end));
        }
    }

    /// Bytes of the next `count` code points.
    fn code_points(&self, count: usize) -> usize {
        let input = self.input.borrow();
        let unread = &input[self.at.get()..];
        let mut starts = unread.iter().enumerate().filter(|(_, byte)| weft_vm::objects::str::is_char_start(**byte));
        starts.nth(count).map_or(unread.len(), |(offset, _)| offset)
    }

    /// Where the first line ends, searching from `from`.
    fn line_end(&self, unread: &[u8], from: usize) -> Option<usize> {
        let newline = self.text.as_ref().map_or(&Newline::Fixed("\n"), |text| &text.newline);
        if let Newline::Fixed(end) = newline {
            let end = end.as_bytes();
            let from = from.saturating_sub(end.len());
            return unread[from..].windows(end.len()).position(|w| w == end).map(|i| from + i + end.len());
        }
        let at = from + unread[from..].iter().position(|b| matches!(b, b'\n' | b'\r'))?;
        match (unread[at], unread.get(at + 1)) {
            (b'\n', _) => Some(at + 1),
            (_, Some(b'\n')) => Some(at + 2),
            (_, Some(_)) => Some(at + 1),
            // Whether a line feed follows is not known yet.
            (_, None) => None,
        }
    }

    /// Up to `limit` code points, or all.
    pub fn read_text(&self, vm: &mut Vm, limit: Option<usize>) -> Res<Ref<Str>> {
        self.transcode(vm)?;
        let Some(limit) = limit else {
            let content = self.read_bytes(vm, None)?;
            return self.decode_line(vm, &content);
        };
        // A pair of line ends counts once where it reads as one.
        let universal = self.text.as_ref().is_some_and(|text| text.newline == Newline::Universal);
        loop {
            let (count, bytes) = {
                let input = self.input.borrow();
                measure(&input[self.at.get()..], limit, universal)
            };
            if count < limit && self.fill(vm)? {
                continue;
            }
            let content = self.take(bytes);
            return self.decode_line(vm, &content);
        }
    }

    /// Bytes as text, line ends as the mode wants them.
    pub fn decode_line(&self, vm: &mut Vm, content: &[u8]) -> Res<Ref<Str>> {
        let Some(text) = &self.text else { return Ok(Str::from_wtf8(b"")) };
        let translated;
        let content = if text.newline == Newline::Universal && content.contains(&b'\r') {
            translated = translate(content);
            &translated
        } else {
            content
        };
        if self.transcoded.get() || std::str::from_utf8(content).is_ok() {
            return Ok(Str::from_wtf8(content));
        }
        vm.decode(content, &text.encoding, &text.errors)
    }

    /// Line ends are looked for in UTF-8: the rest of a file in another encoding is converted at once.
    fn transcode(&self, vm: &mut Vm) -> Res<()> {
        let Some(text) = &self.text else { return Ok(()) };
        if self.transcoded.get() || is_utf8(&text.encoding) {
            return Ok(());
        }
        let content = self.read_bytes(vm, None)?;
        let decoded = vm.decode(&content, &text.encoding, &text.errors)?;
        drop(self.input.replace(decoded.as_bytes().to_vec()));
        self.at.set(0);
        self.transcoded.set(true);
        Ok(())
    }

    // Writing.

    pub fn write_text(&self, vm: &mut Vm, value: &Value) -> Res<()> {
        let (Some(text), Some(format)) = (value.downcast::<Str>(), &self.text) else { return Ok(()) };
        let encoded;
        let mut content = if is_utf8(&format.encoding) && text.as_str().is_some() {
            text.as_bytes()
        } else {
            encoded = vm.encode(value, &format.encoding, &format.errors)?;
            &encoded
        };
        let replaced;
        if let Newline::Fixed(end) = format.newline
            && end != "\n"
        {
            let end = end.as_bytes();
            let parts: Vec<&[u8]> = content.split(|b| *b == b'\n').collect();
            replaced = parts.join(end);
            content = &replaced;
        }
        self.write(vm, content)?;
        if self.line_buffered && text.as_bytes().contains(&b'\n') { self.flush(vm) } else { Ok(()) }
    }

    pub fn write(&self, vm: &mut Vm, content: &[u8]) -> Res<()> {
        self.drop_read_ahead(vm)?;
        self.output.borrow_mut().extend_from_slice(content);
        let due = self.flavour == Flavour::Raw || self.output.borrow().len() >= SIZE;
        if due { self.flush(vm) } else { Ok(()) }
    }

    /// Writing goes on where reading stopped.
    fn drop_read_ahead(&self, vm: &mut Vm) -> Res<()> {
        let unread = self.unread();
        if unread == 0 || self.transcoded.get() {
            return Ok(());
        }
        let fd = descriptors::get(vm, self.fd())?;
        self.input.borrow_mut().clear();
        self.at.set(0);
        match rustix::fs::seek(&*fd, SeekFrom::Current(-(unread as i64))) {
            Ok(_) | Err(Errno::SPIPE) => Ok(()),
            Err(errno) => Err(errno_error(vm, errno)),
        }
    }

    /// Writes what is held back. What could not be written is dropped.
    pub fn flush(&self, vm: &mut Vm) -> Res<()> {
        let content = self.output.take();
        if content.is_empty() {
            return Ok(());
        }
        let fd = descriptors::get(vm, self.fd())?;
        let mut rest = content.as_slice();
        while !rest.is_empty() {
            match rustix::io::write(&*fd, rest) {
                Ok(count) => rest = &rest[count..],
                Err(Errno::INTR) => crate::signal::run_handlers(vm)?,
                Err(Errno::AGAIN) => {
                    world(vm)?.wait(vm, self.fd(), Interest::WRITE, None)?;
                }
                Err(errno) => return Err(errno_error(vm, errno)),
            }
        }
        Ok(())
    }

    // Position.

    pub fn tell(&self, vm: &mut Vm) -> Res<u64> {
        self.flush(vm)?;
        let fd = descriptors::get(vm, self.fd())?;
        match rustix::fs::tell(&*fd) {
            Ok(position) => Ok(position.saturating_sub(self.unread() as u64)),
            Err(errno) => Err(errno_error(vm, errno)),
        }
    }

    pub fn seek(&self, vm: &mut Vm, to: SeekFrom) -> Res<u64> {
        self.flush(vm)?;
        let fd = descriptors::get(vm, self.fd())?;
        self.input.borrow_mut().clear();
        self.at.set(0);
        self.transcoded.set(false);
        rustix::fs::seek(&*fd, to).map_err(|errno| errno_error(vm, errno))
    }
}

impl Drop for File {
    /// A file that nobody closed still writes what it holds.
    fn drop(&mut self) {
        let content = self.output.take();
        if !content.is_empty() {
            descriptors::write_quietly(self.fd(), &content);
        }
        self.close();
    }
}

fn is_utf8(encoding: &str) -> bool {
    matches!(encoding.to_ascii_lowercase().replace('_', "-").as_str(), "utf-8" | "utf8")
}

fn translate(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\r' {
            out.push(byte);
            continue;
        }
        out.push(b'\n');
        bytes.next_if_eq(&b'\n');
    }
    out
}

/// Up to `limit` code points of the beginning: how many there are, and their bytes.
fn measure(bytes: &[u8], limit: usize, universal: bool) -> (usize, usize) {
    let (mut count, mut at) = (0, 0);
    while count < limit && at < bytes.len() {
        let width = match bytes[at] {
            b'\r' if universal && bytes.get(at + 1) == Some(&b'\n') => 2,
            first => weft_vm::objects::str::char_width(first),
        };
        if at + width > bytes.len() {
            // A code point that is cut short counts only at the end of the file.
            return (count, bytes.len());
        }
        at += width;
        count += 1;
    }
    (count, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_translated() {
        assert_eq!(translate(b"a\r\nb\rc\n\r"), b"a\nb\nc\n\n");
    }

    #[test]
    fn code_points_are_measured() {
        assert_eq!(measure("h\u{e9}llo".as_bytes(), 3, true), (3, 4));
        assert_eq!(measure(b"a\r\nb", 2, true), (2, 3));
        assert_eq!(measure(b"a\r\nb", 2, false), (2, 2));
    }
}
