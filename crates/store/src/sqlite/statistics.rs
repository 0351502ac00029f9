//! What the planner believes of an index before anything was counted.
//!
//! SQLite supposes that the first column of an index leaves ten rows. Here that column is the ente, which leaves very
//! many: a query that could use an index on its person or its draft would as well read the whole ente in the order of
//! another index. So each index that begins with the ente is told that the ente leaves many rows, and the columns after it
//! what SQLite would suppose of the first ones. `ANALYZE` puts what it has counted in place of this.

use super::Session;
use crate::error::Result;

/// Makes the table of statistics where there is none, and reads it anew after a change.
const REREAD: &str = "ANALYZE sqlite_schema";
/// Of a million rows the ente leaves a hundred thousand, the next column ten, the others fewer, a whole key one
/// (<https://www.sqlite.org/fileformat2.html#stat1tab>).
const SUPPOSE: &str = r#"INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT t.name, x.name, '1000000 100000' || (SELECT group_concat(' ' || CASE
            WHEN x."unique" AND c.seqno = (SELECT max(seqno) FROM pragma_index_info(x.name)) THEN 1
            ELSE max(5, 11 - c.seqno) END, '')
        FROM (SELECT seqno FROM pragma_index_info(x.name) WHERE seqno > 0 ORDER BY seqno) c)
    FROM sqlite_schema t, pragma_index_list(t.name) x
    WHERE t.type = 'table' AND (SELECT count(*) FROM pragma_index_info(x.name)) > 1
    AND (SELECT name FROM pragma_index_info(x.name) WHERE seqno = 0) = 'ente_id'
    AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 s WHERE s.tbl = t.name AND s.idx = x.name)"#;

/// Says so of every index of which nothing is known. To be called in a transaction, before other connections are opened.
pub(crate) fn suppose(session: &Session) -> Result<()> {
    session.batch(REREAD, REREAD)?;
    session.batch(SUPPOSE, SUPPOSE)?;
    session.batch(REREAD, REREAD)
}
