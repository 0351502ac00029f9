//! The modelli that an ente offers, with their windows.

use chrono::{DateTime, Utc};
use sportello_domain::anno_scolastico::AnnoScolastico;

use crate::{Ctx, Portal, Result};

/// Whether a modello can be filled in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// From now until the instant.
    Open {
        /// When it closes.
        closes_at: DateTime<Utc>,
    },
    /// Not yet.
    Coming {
        /// When it opens.
        opens_at: DateTime<Utc>,
    },
    /// Not any more.
    Closed {
        /// When it closed.
        closed_at: DateTime<Utc>,
    },
}

/// A modello in a list.
#[derive(Clone, Debug)]
pub struct ModelloRow {
    /// Immutable code, part of the address.
    pub code: String,
    /// "Modello iscrizione mensa A.S. 2026/2027".
    pub title: String,
    /// One line on what it is for.
    pub summary: String,
    /// School year it is for.
    pub anno_scolastico: AnnoScolastico,
    /// Its window.
    pub window: Window,
    /// Minutes that it takes.
    pub minutes: u32,
}

/// A modello on its own page.
#[derive(Clone, Debug)]
pub struct ModelloPage {
    /// What the list shows.
    pub row: ModelloRow,
    /// When the window opens.
    pub opens_at: DateTime<Utc>,
    /// When it closes.
    pub closes_at: DateTime<Utc>,
    /// Longest time for the answer, in days.
    pub answer_days: u32,
    /// What it costs, in words.
    pub cost: String,
    /// Who can present it: paragraphs.
    pub who: Vec<String>,
    /// What is needed: list.
    pub needed: Vec<String>,
    /// What the service costs: paragraphs.
    pub price: Vec<String>,
    /// What one gets: paragraphs.
    pub obtained: Vec<String>,
    /// Last day on which a draft can be taken up again.
    pub draft_until: chrono::NaiveDate,
}

/// Every published modello of the ente, open ones first.
pub async fn list(_portal: &Portal, _ctx: &Ctx) -> Result<Vec<ModelloRow>> {
    todo!()
}

/// One modello.
pub async fn page(_portal: &Portal, _ctx: &Ctx, _code: &str) -> Result<ModelloPage> {
    todo!()
}
