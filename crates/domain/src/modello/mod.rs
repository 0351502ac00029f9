//! Form models (modelli): the language in which an office describes a form, and the engine that runs it.
//!
//! A modello is data: read from TOML, checked once when it is published, immutable from then on.
//! The same modello draws the pages, the summary, the receipt and the office's view.

pub mod view;
