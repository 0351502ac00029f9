//! Words of closed lists as they stand in the database: Italian outside, an enum inside.
//!
//! Not for words that the domain owns (roles, states of a pratica): those stand there and are only bound here.

/// Declares an enum whose variants are kept as words, with its two ways of travelling to the databases.
macro_rules! words {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $vis enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word kept in the database.
            pub const fn stored(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one of a stored word.
            pub fn from_stored(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.stored() == word)
            }
        }

        $crate::stored_words!($name);
    )*};
}
pub(crate) use words;
