//! The programs in `programs/servers/`, run as processes: fifty clients at once, then Ctrl-C.
#![forbid(unsafe_code)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};
use std::thread;
use std::time::Duration;

use weft_testkit::{End, Subject, interrupt, last_line, wait, workspace_root};

const CLIENTS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(20);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[test]
fn epoll_echoes_to_fifty_clients() -> Result<()> {
    serve("echo_over_epoll.py", |port| {
        let mut streams: Vec<TcpStream> = (0..CLIENTS).map(|_| connect(port)).collect::<io::Result<_>>()?;
        // All are connected before the first one speaks, and each speaks in turn.
        for round in 0..3 {
            for (number, stream) in streams.iter_mut().enumerate() {
                writeln!(stream, "round {round} of {number}")?;
            }
            for (number, stream) in streams.iter_mut().enumerate() {
                let expected = format!("round {round} of {number}\n");
                let mut echoed = vec![0; expected.len()];
                stream.read_exact(&mut echoed)?;
                assert_eq!(String::from_utf8_lossy(&echoed), expected);
            }
        }
        Ok(())
    })
}

#[test]
fn http_answers_fifty_clients() -> Result<()> {
    serve("http_over_asyncio.py", |port| {
        let streams: Vec<TcpStream> = (0..CLIENTS).map(|_| connect(port)).collect::<io::Result<_>>()?;
        let clients = streams.into_iter().enumerate().map(|(number, mut stream)| {
            thread::spawn(move || -> io::Result<String> {
                write!(stream, "GET /page/{number} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer)?;
                Ok(answer)
            })
        });
        for (number, client) in clients.collect::<Vec<_>>().into_iter().enumerate() {
            let answer = client.join().map_err(|_| "a client panicked")??;
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
            assert!(answer.ends_with(&format!("\r\n\r\nGET /page/{number}\n")), "{answer}");
        }
        Ok(())
    })
}

/// Starts a server, lets `clients` have it, interrupts it and checks that it ends as CPython does.
fn serve(program: &str, clients: impl FnOnce(u16) -> Result<()>) -> Result<()> {
    let subject = Subject::from_env(env!("CARGO_BIN_EXE_weft"));
    let folder = workspace_root().join("programs/servers");
    let mut child = subject
        .invoke([program, "--port", "0"])
        .directory(folder)
        .command()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdout = BufReader::new(child.stdout.take().ok_or("no pipe")?);
    let served = port(&mut stdout).and_then(clients);
    interrupt(&child);
    let end = wait(&mut child, PATIENCE)?;
    let stderr = errors(&mut child)?;
    served.map_err(|error| format!("{error}\n{stderr}"))?;
    assert!(matches!(end, End::Signal(2) | End::Status(130)), "{end}\n{stderr}");
    assert_eq!(last_line(&stderr), "KeyboardInterrupt", "{stderr}");
    Ok(())
}

/// The port that the server's first line names.
fn port(stdout: &mut BufReader<ChildStdout>) -> Result<u16> {
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    let number = line.strip_prefix("listening on port ").ok_or_else(|| format!("the server says {line:?}"))?;
    Ok(number.trim().parse()?)
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn errors(child: &mut Child) -> Result<String> {
    let mut text = String::new();
    child.stderr.take().ok_or("no pipe")?.read_to_string(&mut text)?;
    Ok(text)
}
