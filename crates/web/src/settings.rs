//! What the web layer is told from outside, beyond what the portal knows (addresses among it).

use axum::http::HeaderName;

/// Settings of the web layer, checked by whoever reads the configuration.
#[derive(Clone, Debug, Default)]
pub struct WebSettings {
    /// Whether to send `Strict-Transport-Security` (only behind TLS).
    pub hsts: bool,
    /// Address of the simulators of a demonstration, shown on the page that lists the enti.
    pub demo_sim: Option<String>,
    /// Header in which a proxy in front names the client, when there is one (`x-forwarded-for`).
    pub client_header: Option<HeaderName>,
}
