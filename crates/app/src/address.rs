//! Addresses of the portal as the world sees them: always from the configuration, never from a `Host` header.

use sportello_domain::ente::Ente;

/// How an installation tells its enti apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addressing {
    /// Each ente has a host of its own; links are `https://<host>/…`.
    ByHost,
    /// All enti share one origin and have a prefix; links are `<origin>/<slug>/…`.
    ByPrefix {
        /// Scheme, host and port, without a slash at the end.
        origin: String,
    },
}

impl Addressing {
    /// The root of an ente's pages, without a slash at the end.
    pub fn root(&self, ente: &Ente) -> String {
        match (self, &ente.host) {
            (Self::ByPrefix { origin }, _) => format!("{origin}/{}", ente.slug),
            (Self::ByHost, Some(host)) => format!("https://{host}"),
            // Without a host the ente is unreachable; the address says so instead of naming another's.
            (Self::ByHost, None) => format!("https://{}.invalid", ente.slug),
        }
    }

    /// An absolute address of a path of an ente; `path` begins with a slash.
    pub fn absolute(&self, ente: &Ente, path: &str) -> String {
        format!("{}{path}", self.root(ente))
    }

    /// An absolute address behind the payment door of an ente, which stands at the root of the installation.
    pub fn payment_door(&self, ente: &Ente, path: &str) -> String {
        let (root, prefix) = (self.root(ente), self.prefix(ente));
        let origin = root.strip_suffix(prefix.as_str()).unwrap_or(&root);
        format!("{origin}/pagopa/{}{path}", ente.slug)
    }

    /// The path part that stands before every path of an ente: `/calvenzano` or nothing.
    pub fn prefix(&self, ente: &Ente) -> String {
        match self {
            Self::ByPrefix { .. } => format!("/{}", ente.slug),
            Self::ByHost => String::new(),
        }
    }
}
