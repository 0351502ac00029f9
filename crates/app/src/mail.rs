//! Outgoing mail: plain text with attachments, through the relay of the installation.

use chrono::TimeDelta;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};

use crate::{Error, Result};

/// How long the relay may take for one message.
const RELAY_TIME: std::time::Duration = std::time::Duration::from_secs(20);

/// How long news wait for more of them where people are told for real.
pub const HOLD: TimeDelta = TimeDelta::minutes(3);

/// How the connection to the relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In clear: only towards a relay on the same machine.
    None,
    /// Upgraded by STARTTLS, refused without it.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// The relay of the installation.
#[derive(Clone)]
pub struct Mailer {
    relay: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    hold: TimeDelta,
}

/// A message to send.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The same on each attempt, so that a receiver can tell a repetition.
    pub message_id: String,
    /// Address of the person.
    pub to: String,
    /// Subject: never names a child, a diet or an amount.
    pub subject: String,
    /// Text.
    pub text: String,
    /// File name and content of a PDF to attach.
    pub pdf: Option<(String, Vec<u8>)>,
}

impl Mailer {
    /// A mailer for this relay; `from` is like `Servizi online <noreply@comune.example>`.
    ///
    /// # Errors
    /// When `from` is no mailbox or the host no host.
    pub fn new(host: &str, port: u16, security: Security, from: &str) -> Result<Self> {
        let from = from.parse().map_err(|error: AddressError| Error::failed("reading mail.from", error))?;
        let builder = match security {
            Security::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)),
            Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
        }
        .map_err(|error| Error::failed("preparing the mail relay", error))?;
        Ok(Self { relay: builder.port(port).timeout(Some(RELAY_TIME)).build(), from, hold: TimeDelta::zero() })
    }

    /// News wait so long for more of them: one e-mail carries what is there then.
    #[must_use]
    pub fn holding(self, hold: TimeDelta) -> Self {
        Self { hold, ..self }
    }

    /// How long news wait for more of them.
    pub(crate) const fn hold(&self) -> TimeDelta {
        self.hold
    }

    /// Hands a message to the relay.
    ///
    /// # Errors
    /// When the address cannot be one or the relay does not take the message: the job tries again.
    pub async fn send(&self, letter: Letter) -> Result<()> {
        let message = self.compose(letter)?;
        self.relay.send(message).await.map_err(|error| Error::failed("handing a message to the mail relay", error))?;
        Ok(())
    }

    fn compose(&self, letter: Letter) -> Result<Message> {
        let to = letter.to.parse().map_err(|error: AddressError| Error::failed("reading a mail address", error))?;
        let builder = Message::builder()
            .message_id(Some(format!("<{}>", letter.message_id)))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject);
        let text = SinglePart::plain(letter.text);
        let message = match letter.pdf {
            None => builder.singlepart(text),
            Some((name, content)) => {
                let pdf = ContentType::parse("application/pdf").expect("a media type");
                builder
                    .multipart(MultiPart::mixed().singlepart(text).singlepart(Attachment::new(name).body(content, pdf)))
            }
        };
        message.map_err(|error| Error::failed("composing a message", error))
    }
}
