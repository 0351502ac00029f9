//! The languages in which the portal speaks.

/// A language of the portal. Italian is authoritative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Lingua {
    /// Italian.
    #[default]
    It,
    /// English.
    En,
}

impl Lingua {
    /// Every language, the authoritative one first.
    pub const ALL: [Self; 2] = [Self::It, Self::En];

    /// The BCP 47 tag (`it`, `en`).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::En => "en",
        }
    }

    /// The language of a BCP 47 tag, by its primary subtag; `None` for one that the portal does not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|lingua| lingua.tag() == primary)
    }
}
