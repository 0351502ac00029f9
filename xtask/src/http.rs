//! Just enough of an HTTP client to see whether our own programs on loopback answer.
//!
//! Not for anything else: HTTP/1.0, one request a connection, no encryption, no redirects.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

const TIMEOUT: Duration = Duration::from_secs(5);
/// An answer longer than this is none of ours, in bytes.
const ANSWER_LIMIT: u64 = 4 * 1024 * 1024;
const POLL: Duration = Duration::from_millis(50);

/// Asks `http://127.0.0.1:port/path` and answers the status and the body.
pub fn get(port: u16, path: &str) -> Result<(u16, String)> {
    get_from(port, &format!("localhost:{port}"), path)
}

/// The same, of one of the hosts that the program serves.
pub fn get_from(port: u16, host: &str, path: &str) -> Result<(u16, String)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream =
        TcpStream::connect_timeout(&address, TIMEOUT).with_context(|| format!("connecting to {address}"))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept-Encoding: identity\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LIMIT).read_to_end(&mut answer).with_context(|| format!("reading {path} from {address}"))?;
    parse(&String::from_utf8_lossy(&answer)).with_context(|| format!("reading {path} from {address}"))
}

fn parse(answer: &str) -> Result<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no end of head")?;
    let status =
        head.split_whitespace().nth(1).and_then(|word| word.parse().ok()).context("the answer has no status")?;
    Ok((status, body.to_owned()))
}

/// Waits until `path` answers 200; `alive` fails as soon as waiting has become useless.
pub fn wait_ready(port: u16, path: &str, limit: Duration, mut alive: impl FnMut() -> Result<()>) -> Result<()> {
    let since = Instant::now();
    loop {
        alive()?;
        if process::ended() {
            bail!("interrupted");
        }
        match get(port, path) {
            Ok((200, _)) => return Ok(()),
            Ok((status, _)) if since.elapsed() > limit => bail!("{path} on port {port} still answers {status}"),
            Err(error) if since.elapsed() > limit => return Err(error),
            _ => thread::sleep(POLL),
        }
    }
}

/// True when a program can listen on this port of 127.0.0.1.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn status_and_body_are_told_apart() {
        let answer = parse("HTTP/1.0 503 Unavailable\r\ncontent-type: text/plain\r\n\r\nda qui\r\n\r\nin poi").unwrap();
        assert_eq!(answer, (503, "da qui\r\n\r\nin poi".to_owned()));
    }

    #[test]
    fn half_an_answer_is_an_error() {
        assert!(parse("HTTP/1.0 200 OK\r\n").is_err());
        assert!(parse("garbage\r\n\r\n").is_err());
    }
}
