//! Sessions: who is behind a browser.

use std::sync::Arc;

use sportello_domain::ente::Ente;

use crate::{Actor, Ctx, Portal, Result};

/// Which of the two doors: citizens and staff never share a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A citizen's session: 20 minutes idle, 8 hours at most.
    Cittadino,
    /// A session of the office.
    Ufficio,
}

/// The enti of this installation, for the page that lists them.
pub async fn enti(_portal: &Portal) -> Result<Vec<Arc<Ente>>> {
    todo!()
}

/// The ente of an address prefix.
pub async fn ente_by_slug(_portal: &Portal, _slug: &str) -> Result<Option<Arc<Ente>>> {
    todo!()
}

/// The ente that has a host of its own.
pub async fn ente_by_host(_portal: &Portal, _host: &str) -> Result<Option<Arc<Ente>>> {
    todo!()
}

/// Who holds `token` at this ente; [`Actor::Nobody`] for an unknown, expired or foreign one.
pub async fn resume(_portal: &Portal, _ente: &Ente, _audience: Audience, _token: &str) -> Result<Actor> {
    todo!()
}

/// Ends the session of the person who is asking. Ending it twice is harmless.
pub async fn end(_portal: &Portal, _ctx: &Ctx) -> Result<()> {
    todo!()
}
