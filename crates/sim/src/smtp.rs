//! A mail server that keeps what it is given: enough of SMTP (RFC 5321) for a relay that accepts everything.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Longest command line (RFC 5321, 4.5.3.1.4) and longest text line (4.5.3.1.6), with room to spare.
const MAX_LINE_BYTES: u64 = 4_096;
/// Largest message taken.
const MAX_MESSAGE_BYTES: usize = 10 * 1024 * 1024;
/// Messages kept; the oldest goes first.
const MAX_MESSAGES: usize = 1_000;
/// Message-IDs kept.
const MAX_IDS: usize = 100_000;

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Header and body.
    pub raw: Vec<u8>,
}

/// The messages, oldest first.
#[derive(Default)]
pub struct Inbox(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    messages: VecDeque<Message>,
    /// Message-ID of every message that came, also of those that are gone.
    ids: Vec<String>,
}

impl Inbox {
    /// Keeps a message.
    fn keep(&self, message: Message) {
        let id = MessageParser::default()
            .parse_headers(&message.raw)
            .and_then(|headers| headers.message_id().map(str::to_owned));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.messages.len() == MAX_MESSAGES {
            kept.messages.pop_front();
        }
        if kept.ids.len() < MAX_IDS {
            kept.ids.push(id.unwrap_or_default());
        }
        kept.messages.push_back(message);
    }

    /// A copy of all messages.
    pub fn all(&self) -> Vec<Message> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.messages.iter().cloned().collect()
    }

    /// Message-ID of every message that came, in order.
    pub fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ids.clone()
    }
}

/// Answers mail clients until the program ends.
pub async fn serve(listener: TcpListener, inbox: Arc<Inbox>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let inbox = inbox.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &inbox).await {
                        tracing::debug!(%error, "a mail client went away");
                    }
                });
            }
            Err(error) => tracing::warn!(%error, "could not take a mail connection"),
        }
    }
}

/// One session with one client.
async fn converse(stream: TcpStream, inbox: &Inbox) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    reply(&mut stream, "220 localhost SIMULAZIONE").await?;
    let mut to = Vec::new();
    while let Some(line) = read_line(&mut stream).await? {
        let command = line.to_ascii_uppercase();
        let answer = match command.split_whitespace().next().unwrap_or_default() {
            "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "HELO" | "NOOP" => "250 ok",
            "MAIL" | "RSET" => {
                to.clear();
                "250 ok"
            }
            "RCPT" => {
                to.push(address(&line));
                "250 ok"
            }
            "DATA" if to.is_empty() => "503 recipient first",
            "DATA" => {
                reply(&mut stream, "354 end with a dot").await?;
                match read_message(&mut stream).await? {
                    Some(raw) => {
                        inbox.keep(Message { to: std::mem::take(&mut to), raw });
                        "250 kept"
                    }
                    None => "552 too large",
                }
            }
            "QUIT" => return reply(&mut stream, "221 bye").await,
            _ => "502 not here",
        };
        reply(&mut stream, answer).await?;
    }
    Ok(())
}

/// The address between the angle brackets of a RCPT command.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// One line without its end; `None` when the client is gone or the line is too long.
async fn read_line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = (&mut *stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await?;
    if read == 0 || !line.ends_with(b"\n") {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

/// The text of a message up to the lone dot, dots unstuffed; `None` when it is too large.
async fn read_message(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    let mut fits = true;
    loop {
        let mut line = Vec::new();
        if (&mut *stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" || line == b".\n" {
            return Ok(fits.then_some(raw));
        }
        fits = fits && raw.len() + line.len() <= MAX_MESSAGE_BYTES;
        if fits {
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

/// In one piece: a second small one would wait for the client's acknowledgement of the first.
async fn reply(stream: &mut BufReader<TcpStream>, answer: &str) -> std::io::Result<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_a_message_with_its_dots() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let inbox = Arc::new(Inbox::default());
        tokio::spawn(serve(listener, inbox.clone()));
        let mut client = TcpStream::connect(("127.0.0.1", port)).await.expect("connects");
        client
            .write_all(
                b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
            )
            .await
            .expect("writes");
        let mut answers = String::new();
        client.read_to_string(&mut answers).await.expect("reads until QUIT");
        assert!(answers.contains("250 kept"), "{answers}");
        let expected = Message { to: vec!["c@d.example".into()], raw: b"Subject: x\r\n\r\n.dot\r\n".to_vec() };
        assert_eq!(inbox.all(), [expected]);
    }
}
