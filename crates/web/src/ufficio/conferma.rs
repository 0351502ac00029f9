//! The page between a form and a deed that cannot be undone: it says what will happen and carries the form on.

use askama::Template;

use crate::page::Page;

/// The page.
#[derive(Template)]
#[template(path = "ufficio/conferma.html")]
pub(crate) struct Conferma {
    /// The frame.
    pub(crate) page: Page,
    /// What will happen, sentence by sentence.
    pub(crate) said: Vec<String>,
    /// Names and values of what it is about.
    pub(crate) facts: Vec<(String, String)>,
    /// Where the form goes.
    pub(crate) action: String,
    /// Names and values that it carries.
    pub(crate) carried: Vec<(&'static str, String)>,
    /// Words of the button.
    pub(crate) button: String,
    /// Where the way back leads.
    pub(crate) back: String,
}
