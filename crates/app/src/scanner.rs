//! The scanner of viruses: a daemon beside the portal that speaks the protocol of clamd.
//!
//! Files go to it in clear, those of class A too, so it is reached over a socket of this machine only; one that runs
//! elsewhere is reached through a tunnel. What it says of a file is asked by a job, never while somebody waits.

use std::{fmt, io, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
    time::timeout,
};

use crate::{Error, Result};

/// How long it may take for one file: less than a worker holds a job.
const ANSWER_TIME: Duration = Duration::from_secs(45);
/// How much of a file goes at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// Longest answer that is read.
const ANSWER_BYTES: u64 = 1024;

/// Where a scanner listens: a path, or an address and port of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port of this machine.
    Tcp(SocketAddr),
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('/') {
            return Ok(Self::Unix(text.into()));
        }
        match text.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Ok(Self::Tcp(address)),
            Ok(_) => Err("files go to the scanner in clear: expected a path or an address of this machine"),
            Err(_) => Err("expected the path of a socket, or an address and port such as 127.0.0.1:3310"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            Self::Tcp(address) => address.fmt(f),
        }
    }
}

/// What a scanner says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// What was found, by the name that the scanner gives it.
    Infected(String),
}

/// A scanner.
#[derive(Clone, Debug)]
pub struct Scanner {
    address: Address,
    answer_time: Duration,
}

impl Scanner {
    /// The scanner at this address.
    pub fn new(address: Address) -> Self {
        Self { address, answer_time: ANSWER_TIME }
    }

    /// The same with less patience.
    #[must_use]
    pub fn within(self, answer_time: Duration) -> Self {
        Self { answer_time, ..self }
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks about one file.
    ///
    /// # Errors
    /// When it cannot be reached, takes too long, or does not say one of the two: the job tries again.
    pub async fn scan(&self, content: &[u8]) -> Result<Verdict> {
        let said = self.ask(b"zINSTREAM\0", Some(content)).await?;
        let said = said.strip_prefix("stream: ").unwrap_or(&said);
        match said.strip_suffix(" FOUND") {
            Some(name) => Ok(Verdict::Infected(name.to_owned())),
            None if said == "OK" => Ok(Verdict::Clean),
            // "INSTREAM size limit exceeded. ERROR" and the like: of a file that was not scanned nothing is known.
            None => Err(Error::failed("scanning a file", said.to_owned())),
        }
    }

    /// Its name, version and the age of its signatures.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn version(&self) -> Result<String> {
        self.ask(b"zVERSION\0", None).await
    }

    async fn ask(&self, command: &[u8], content: Option<&[u8]>) -> Result<String> {
        let asked = timeout(self.answer_time, async {
            match &self.address {
                Address::Unix(path) => talk(UnixStream::connect(path).await?, command, content).await,
                Address::Tcp(address) => talk(TcpStream::connect(address).await?, command, content).await,
            }
        });
        let failed = |error: io::Error| Error::failed("asking the scanner of viruses", error);
        asked.await.map_err(|_| failed(io::ErrorKind::TimedOut.into()))?.map_err(failed)
    }
}

async fn talk(
    mut line: impl AsyncRead + AsyncWrite + Unpin,
    command: &[u8],
    content: Option<&[u8]>,
) -> io::Result<String> {
    // One that has heard enough hangs up and says why: its answer counts more than our broken line.
    let sent = send(&mut line, command, content).await;
    let mut answer = Vec::new();
    let heard = line.take(ANSWER_BYTES).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent?;
        heard?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&answer).trim_end_matches(['\0', '\n']).to_owned())
}

/// The command; then the file in pieces, each behind its length, and an empty one.
async fn send(line: &mut (impl AsyncWrite + Unpin), command: &[u8], content: Option<&[u8]>) -> io::Result<()> {
    line.write_all(command).await?;
    if let Some(content) = content {
        for chunk in content.chunks(CHUNK_BYTES) {
            line.write_u32(chunk.len() as u32).await?;
            line.write_all(chunk).await?;
        }
        line.write_u32(0).await?;
    }
    line.flush().await
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn an_address_is_a_path_or_this_machine() {
        assert_eq!("/run/clamav/clamd.ctl".parse(), Ok(Address::Unix("/run/clamav/clamd.ctl".into())));
        assert_eq!("127.0.0.1:3310".parse(), Ok(Address::Tcp(([127, 0, 0, 1], 3310).into())));
        for wrong in ["10.0.0.5:3310", "0.0.0.0:3310", "clamd", "", "localhost"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }

    /// Somebody who listens and says this, or nothing.
    async fn listener(says: Option<&'static [u8]>) -> Scanner {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Address::Tcp(listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut line, _)) = listener.accept().await {
                match says {
                    Some(words) => line.write_all(words).await.unwrap(),
                    None => std::future::pending().await,
                }
            }
        });
        Scanner::new(address)
    }

    #[tokio::test]
    async fn whoever_says_nothing_or_something_else_has_not_scanned() {
        let silent = listener(None).await.within(Duration::from_millis(50));
        assert!(silent.scan(&vec![0; 1 << 20]).await.is_err());
        for words in [&b"INSTREAM size limit exceeded. ERROR\0"[..], b"\0", b"", b"stream: OKAY\0"] {
            assert!(listener(Some(words)).await.scan(b"x").await.is_err(), "{words:?}");
        }
        let nobody = Scanner::new(Address::Unix("/nowhere/clamd.sock".into()));
        assert!(nobody.scan(b"x").await.is_err());
    }
}
