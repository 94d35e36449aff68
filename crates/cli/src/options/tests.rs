use super::*;

fn run(arguments: &[&str]) -> Run {
    match parse(arguments) {
        Ok(Action::Run(run)) => run,
        other => panic!("{arguments:?}: {other:?}"),
    }
}

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn the_source_ends_the_options() {
    let cases: &[(&[&str], Source, &[&str])] = &[
        (&[], Source::Unnamed, &[""]),
        (&["-"], Source::Stdin, &["-"]),
        (&["-", "-V"], Source::Stdin, &["-", "-V"]),
        (&["a.py"], Source::File("a.py".into()), &["a.py"]),
        (&["a.py", "-V", "--", "x"], Source::File("a.py".into()), &["a.py", "-V", "--", "x"]),
        (&["--", "-a.py", "x"], Source::File("-a.py".into()), &["-a.py", "x"]),
        (&["-c", "1", "-u", "b"], Source::Command("1".into()), &["-c", "-u", "b"]),
        (&["-cprint(1)"], Source::Command("print(1)".into()), &["-c"]),
        (&["-c=1"], Source::Command("=1".into()), &["-c"]),
        (&["-m", "a.b", "-V"], Source::Module("a.b".into()), &["-m", "-V"]),
        (&["-Ima"], Source::Module("a".into()), &["-m"]),
    ];
    for (arguments, source, expected) in cases {
        let run = run(arguments);
        assert_eq!(run.source, *source, "{arguments:?}");
        assert_eq!(run.argv, argv(expected), "{arguments:?}");
    }
}

#[test]
fn options_may_be_joined_and_repeated() {
    let run = run(&["-uiq", "-Wignore", "-W", "error", "-Xdev", "-BEIPsS", "--clock=virtual", "--stats", "a.py"]);
    assert!(run.unbuffered && run.inspect && run.quiet && run.stats);
    assert_eq!(run.warnings, argv(&["ignore", "error"]));
    assert_eq!(run.implementation, argv(&["dev"]));
    assert_eq!(run.clock, Clock::Virtual);
    assert_eq!(run.argv, argv(&["a.py"]));
    assert_eq!(run.switches, "uiqBEIPsS");
}

#[test]
fn some_options_end_the_matter() {
    for (arguments, action) in [
        (&["-V"][..], Action::Version),
        (&["--version", "a.py"], Action::Version),
        (&["-uh"], Action::Help),
        (&["-?"], Action::Help),
        (&["--help"], Action::Help),
        (&["--dis", "a.py"], Action::Disassemble("a.py".into())),
    ] {
        assert_eq!(parse(arguments), Ok(action), "{arguments:?}");
    }
}

#[test]
fn wrong_options_are_named() {
    for (arguments, message) in [
        (&["-z"][..], "Unknown option: -z"),
        (&["-uz"], "Unknown option: -z"),
        (&["--foo"], "unknown option --foo"),
        (&["--foo=1"], "unknown option --foo"),
        (&["-c"], "Argument expected for the -c option"),
        (&["-m"], "Argument expected for the -m option"),
        (&["-W"], "Argument expected for the -W option"),
        (&["-X"], "Argument expected for the -X option"),
        (&["--clock"], "Argument expected for the --clock option"),
        (&["--clock", "lunar"], "unknown clock lunar: expected 'real' or 'virtual'"),
        (&["--dis"], "Argument expected for the --dis option"),
    ] {
        assert_eq!(parse(arguments).map_err(|error| error.to_string()), Err(message.to_owned()), "{arguments:?}");
    }
}
