//! The next notice number of an ente: one series for ever, whoever asks for it.

use sportello_domain::{avviso::NumeroAvviso, id::EnteId, riscossione::Riscossione};
use sportello_store::{Tx, contatore};

/// Name of the series. Numbers are unique for ever, so that it has no years: all count in year 0.
const SERIE: &str = "avviso";

/// Takes the next notice number, in the transaction that uses it.
pub(crate) async fn next(
    tx: &mut Tx,
    ente: EnteId,
    riscossione: &Riscossione,
) -> sportello_store::Result<NumeroAvviso> {
    let base = contatore::next(tx, ente, SERIE, 0).await?;
    let issued = NumeroAvviso::issue(riscossione.stazione.segregazione, base.unsigned_abs());
    issued.map_err(sportello_store::Error::refused)
}
