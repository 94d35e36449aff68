//! The command line and the prompt, as a user meets them. What CPython has too is checked against it when
//! `WEFT_ORACLE` names one.
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use weft_testkit::{End, Outcome, Subject, guard, last_line};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn subject() -> Subject {
    Subject::from_env(env!("CARGO_BIN_EXE_weft"))
}

fn weft(arguments: &[&str], input: &str) -> Result<Outcome> {
    Ok(subject().invoke(arguments).input(input).run()?)
}

/// What a run printed, if it ended well.
fn printed(arguments: &[&str], input: &str) -> Result<String> {
    let outcome = weft(arguments, input)?;
    assert_eq!(outcome.end, End::Status(0), "{arguments:?}\n{}", outcome.stderr_text());
    Ok(outcome.stdout_text())
}

/// A file that holds `source`.
fn script(name: &str, source: &str) -> Result<String> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, source)?;
    Ok(path.display().to_string())
}

const SHOW_ARGV: &str = "import sys; print(sys.argv)\n";

#[test]
fn the_script_gets_its_arguments() -> Result<()> {
    let file = script("show_argv.py", SHOW_ARGV)?;
    for (arguments, input, expected) in [
        (&[file.as_str(), "-V", "--", "a b"][..], "", format!("['{file}', '-V', '--', 'a b']\n")),
        (&["-c", SHOW_ARGV, "-u", "x"], "", "['-c', '-u', 'x']\n".to_owned()),
        (&["-", "y"], SHOW_ARGV, "['-', 'y']\n".to_owned()),
        (&[], SHOW_ARGV, "['']\n".to_owned()),
    ] {
        assert_eq!(printed(arguments, input)?, expected, "{arguments:?}");
    }
    Ok(())
}

#[test]
fn warnings_are_controlled_from_the_command_line() -> Result<()> {
    guard("command", "warnings_are_controlled_from_the_command_line", check_warning_options)
}

fn check_warning_options() -> Result<()> {
    let program = "import warnings; warnings.warn('careful')";
    let outcome = weft(&["-W", "error", "-c", program], "")?;
    assert_eq!(outcome.end, End::Status(1));
    assert_eq!(last_line(&outcome.stderr_text()), "UserWarning: careful");
    let outcome = weft(&["-Wignore", "-c", program], "")?;
    assert_eq!((outcome.end, outcome.stderr_text().as_str()), (End::Status(0), ""));
    Ok(())
}

#[test]
fn the_prompt_goes_on_after_the_program() -> Result<()> {
    assert_eq!(printed(&["-i", "-c", "x = 6"], "x * 7\nprint(_)\n")?, "42\n42\n");
    let outcome = weft(&["-i", "-c", "1 / 0"], "print('still here')\nexit(3)\n")?;
    assert_eq!((outcome.end, outcome.stdout_text().as_str()), (End::Status(3), "still here\n"));
    Ok(())
}

#[test]
fn the_prompt_runs_blocks_and_survives_errors() -> Result<()> {
    let session = "for n in range(2):\n    print(n)\n\nnone_such\nprint(\n'joined')\n'text'\nNone\n";
    assert_eq!(printed(&["-iq"], session)?, "0\n1\njoined\n'text'\n");
    Ok(())
}

#[test]
fn the_prompt_awaits() -> Result<()> {
    if subject().is_oracle() {
        return Ok(());
    }
    let session = "import asyncio\nawait asyncio.sleep(0, 'slept')\nasync def f(): return 5\n\nx = await f()\nx\n";
    assert_eq!(printed(&["-iq"], session)?, "'slept'\n5\n");
    Ok(())
}

#[test]
fn virtual_time_jumps() -> Result<()> {
    if subject().is_oracle() {
        return Ok(());
    }
    let program = "import asyncio, time\nstart = time.monotonic()\nasyncio.run(asyncio.sleep(86400))\n\
                   time.sleep(3600)\nprint(round(time.monotonic() - start))";
    let start = Instant::now();
    assert_eq!(printed(&["--clock", "virtual", "-c", program], "")?, "90000\n");
    assert!(start.elapsed() < Duration::from_secs(20));
    Ok(())
}

#[test]
fn a_module_is_run_by_its_name() -> Result<()> {
    let outcome = weft(&["-m", "no_such_module"], "")?;
    assert_eq!(outcome.end, End::Status(1));
    assert!(last_line(&outcome.stderr_text()).ends_with(": No module named no_such_module"));
    let outcome = weft(&["-m", "no_such_package.module"], "")?;
    assert!(last_line(&outcome.stderr_text()).ends_with(
        ": Error while finding module specification for 'no_such_package.module' \
         (ModuleNotFoundError: No module named 'no_such_package')"
    ));
    Ok(())
}

#[test]
fn assertions_and_docstrings_can_be_left_out() -> Result<()> {
    let program = "def f():\n    'doc'\nassert __debug__, 'left out'\nprint(__debug__, f.__doc__)";
    assert_eq!(printed(&["-c", program], "")?, "True doc\n");
    assert_eq!(printed(&["-O", "-c", program], "")?, "False doc\n");
    assert_eq!(printed(&["-OO", "-c", program], "")?, "False None\n");
    Ok(())
}

#[test]
fn reports_in_pipes_have_no_colours() -> Result<()> {
    let program = "1 / 0";
    let outcome = weft(&["-c", program], "")?;
    assert!(!outcome.stderr_text().contains('\x1b'));
    Ok(())
}

#[test]
fn bytecode_is_shown() -> Result<()> {
    guard("command", "bytecode_is_shown", check_disassembly)
}

fn check_disassembly() -> Result<()> {
    if subject().is_oracle() {
        return Ok(());
    }
    let file = script("to_disassemble.py", "def answer():\n    return 42\n")?;
    assert!(printed(&["--dis", &file], "")?.contains("answer"));
    let broken = script("broken.py", "def answer(:\n")?;
    let outcome = weft(&["--dis", &broken], "")?;
    assert_eq!(outcome.end, End::Status(1));
    assert_eq!(last_line(&outcome.stderr_text()), "SyntaxError: invalid syntax");
    Ok(())
}

/// A row of a table of counts: the number, its share and the name.
fn count_of(table: &str, name: &str) -> Option<u64> {
    let row = table.lines().find(|line| line.split_once("%  ").is_some_and(|(_, found)| found == name))?;
    row.split_whitespace().next()?.replace(',', "").parse().ok()
}

#[test]
fn what_a_program_does_is_counted_even_if_it_fails() -> Result<()> {
    guard("command", "what_a_program_does_is_counted_even_if_it_fails", check_counts)
}

fn check_counts() -> Result<()> {
    if subject().is_oracle() {
        return Ok(());
    }
    let program = "\
def numbers():
    for i in range(2500):
        yield i
seen = []
note = seen.append
for i in numbers():
    seen.append(len(str(i)))
    note(0)
sorted(seen, key=lambda n: -n)
1 / 0
";
    let outcome = weft(&["--stats", "-c", program], "")?;
    assert_eq!(outcome.end, End::Status(1));
    let errors = outcome.stderr_text();
    let (report, table) = errors.split_at(errors.find("count  share").unwrap_or(0));
    assert_eq!(last_line(report.trim_end()), "ZeroDivisionError: division by zero");
    for (name, count) in [
        ("Yield", 2500),
        ("ListAppend", 0),
        ("Neg Return", 5000),
        ("list.append", 5000),
        ("builtins.len", 2500),
        ("str", 2500),
        ("range", 1),
        ("builtins.sorted", 1),
    ] {
        assert_eq!(count_of(table, name).unwrap_or(0), count, "{name} in:\n{table}");
    }
    let silent = weft(&["-c", "print(1)"], "")?;
    assert_eq!(silent.stderr_text(), "");
    Ok(())
}

#[test]
fn help_and_version_go_to_standard_output() -> Result<()> {
    if subject().is_oracle() {
        return Ok(());
    }
    let help = printed(&["--help"], "")?;
    for option in
        ["-c cmd", "-h", "-i", "-q", "-u", "-V", "-W arg", "-X opt", "--clock", "--dis", "--stats", "file", "arg ..."]
    {
        assert!(help.lines().any(|line| line.starts_with(option)), "{option} is missing in:\n{help}");
    }
    assert!(printed(&["-V"], "")?.starts_with("Weft "));
    Ok(())
}
