//! What the web layer is told from outside.

/// Settings of the web layer, checked by whoever reads the configuration.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// How an address names its ente.
    pub enti: Enti,
    /// Origin of the installation (`https://servizi.example`): scheme, host, port; no slash at the end.
    /// Absolute links come from it, never from a request. With [`Enti::ByHost`] only its scheme and port are used.
    pub origin: String,
    /// Whether to send `Strict-Transport-Security` (only behind TLS).
    pub hsts: bool,
    /// Address of the simulators of a demonstration, shown on the page that lists the enti.
    pub demo_sim: Option<String>,
}

/// How an address names its ente.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enti {
    /// `/{slug}/…` on one host; `/` lists the enti.
    ByPrefix,
    /// A host for each ente.
    ByHost,
}
