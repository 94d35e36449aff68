//! Finds the file that a name on the command line means.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Why there is nothing to run.
#[derive(Debug, Eq, PartialEq)]
pub struct Fault {
    /// What to say after the name of the command.
    pub message: String,
    /// The exit status.
    pub status: i32,
}

/// The file to run for `path`: itself, or the `__main__.py` of a folder.
pub fn locate(path: &Path) -> Result<PathBuf, Fault> {
    let kind = fs::metadata(path).map_err(|error| cannot_open(path, &error))?.file_type();
    if kind.is_dir() {
        let main = path.join("__main__.py");
        return if main.is_file() { Ok(main) } else { Err(no_main(path)) };
    }
    // A pipe must be opened only once, by the reader.
    if kind.is_file() {
        File::open(path).map_err(|error| cannot_open(path, &error))?;
    }
    Ok(path.to_owned())
}

fn cannot_open(path: &Path, error: &io::Error) -> Fault {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = error.to_string();
    let message = match error.raw_os_error() {
        // The standard library adds the number in brackets; here it stands in front, as everywhere in Python.
        Some(number) => format!("[Errno {number}] {}", text.split(" (os error").next().unwrap_or(&text)),
        None => text,
    };
    Fault { message: format!("can't open file '{}': {message}", absolute.display()), status: 2 }
}

fn no_main(path: &Path) -> Fault {
    Fault { message: format!("can't find '__main__' module in '{}'", path.display()), status: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named_in_full() {
        let fault = locate(Path::new("/no/such/file.py")).unwrap_err();
        assert_eq!(fault.message, "can't open file '/no/such/file.py': [Errno 2] No such file or directory");
        assert_eq!(fault.status, 2);
    }

    #[test]
    fn a_folder_needs_a_main_module() {
        let fault = locate(Path::new("/")).unwrap_err();
        assert_eq!((fault.message.as_str(), fault.status), ("can't find '__main__' module in '/'", 1));
    }

    #[test]
    fn a_file_is_itself() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert_eq!(locate(&path), Ok(path));
    }
}
