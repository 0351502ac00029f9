//! The rare places where the two databases need different texts. Everything else is one text for both.

/// A database that the store speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite, in this process.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// One statement in two texts; both must be registered (`statements!` with `on Sqlite` and `on Postgres`).
#[derive(Clone, Copy, Debug)]
pub struct PerDialect {
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

impl PerDialect {
    /// The text for one database.
    pub const fn on(self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}
