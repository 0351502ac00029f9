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

/// Claiming jobs of all enti: on PostgreSQL a row that another transaction holds is passed over, not waited for.
pub(crate) const JOB_CLAIM: PerDialect = PerDialect { sqlite: CLAIM_SQLITE, postgres: CLAIM_POSTGRES };

/// Giving back jobs whose lease expired; the same about held rows.
pub(crate) const JOB_RECLAIM: PerDialect = PerDialect { sqlite: RECLAIM_SQLITE, postgres: RECLAIM_POSTGRES };

crate::statements! {
    CLAIM_SQLITE: crate::job::JobRow = "UPDATE job SET state = 'in_corso', attempts = attempts + 1, lease_until = $2, leased_by = $3
        WHERE (ente_id, id) IN (SELECT ente_id, id FROM job WHERE state = 'da_fare' AND run_at <= $1 ORDER BY run_at LIMIT $4)
        RETURNING ente_id, id, kind, payload, attempts, max_attempts" on Sqlite;
    CLAIM_POSTGRES: crate::job::JobRow = "WITH due AS MATERIALIZED (SELECT ente_id, id FROM job WHERE state = 'da_fare' AND run_at <= $1
            ORDER BY run_at LIMIT $4 FOR UPDATE SKIP LOCKED)
        UPDATE job SET state = 'in_corso', attempts = job.attempts + 1, lease_until = $2, leased_by = $3
        FROM due WHERE job.ente_id = due.ente_id AND job.id = due.id
        RETURNING job.ente_id, job.id, job.kind, job.payload, job.attempts, job.max_attempts" on Postgres;
    RECLAIM_SQLITE = "UPDATE job SET state = 'da_fare', run_at = $1, last_error = 'lease_expired', lease_until = NULL, leased_by = NULL
        WHERE (ente_id, id) IN (SELECT ente_id, id FROM job WHERE state = 'in_corso' AND lease_until < $1 ORDER BY lease_until LIMIT 100)" on Sqlite;
    RECLAIM_POSTGRES = "WITH lost AS MATERIALIZED (SELECT ente_id, id FROM job WHERE state = 'in_corso' AND lease_until < $1
            ORDER BY lease_until LIMIT 100 FOR UPDATE SKIP LOCKED)
        UPDATE job SET state = 'da_fare', run_at = $1, last_error = 'lease_expired', lease_until = NULL, leased_by = NULL
        FROM lost WHERE job.ente_id = lost.ente_id AND job.id = lost.id" on Postgres;
}
