//! A mail server for tests: keeps what it is given, and refuses as often as it is told to (RFC 5321, 4.2).

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Message {
    /// Address of the envelope.
    pub to: String,
    /// Header and body.
    pub raw: String,
}

impl Message {
    /// A line of the header, unfolded; empty when it is absent.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = unfolded.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_default().to_owned()
    }
}

/// The messages that a portal sent.
#[derive(Clone)]
pub struct Inbox {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    messages: Mutex<Vec<Message>>,
    refused: Mutex<Vec<Message>>,
    to_refuse: AtomicUsize,
}

impl Inbox {
    /// Listens on a free port of this machine until the test ends.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let shared = Arc::new(Shared::default());
        let serving = shared.clone();
        drop(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = serving.clone();
                // A client that goes away is no matter of the test.
                drop(tokio::spawn(async move { converse(stream, &shared).await }));
            }
        }));
        Self { port, shared }
    }

    /// Port on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every message taken, oldest first.
    pub fn all(&self) -> Vec<Message> {
        lock(&self.shared.messages).clone()
    }

    /// Every message that was heard and refused.
    pub fn refused(&self) -> Vec<Message> {
        lock(&self.shared.refused).clone()
    }

    /// The next `times` messages are heard and then refused.
    pub fn refuse(&self, times: usize) {
        self.shared.to_refuse.store(times, Ordering::SeqCst);
    }
}

fn lock(messages: &Mutex<Vec<Message>>) -> std::sync::MutexGuard<'_, Vec<Message>> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One session with one client.
async fn converse(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut raw = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                    raw.push_str("\r\n");
                }
                let message = Message { to: to.clone(), raw };
                let refuse = |left: usize| left.checked_sub(1);
                if shared.to_refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refuse).is_ok() {
                    lock(&shared.refused).push(message);
                    "451 not now\r\n"
                } else {
                    lock(&shared.messages).push(message);
                    "250 kept\r\n"
                }
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
