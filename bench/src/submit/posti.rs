//! Places in the order of arrival, for filings that the measurement before has made.

use anyhow::{Result, ensure};
use sportello_store::{Store, prenotazione};

use super::sample;

/// Takes the next rank for filing `number` as the use case does; an error when it was not its first.
pub async fn book(store: &Store, number: u64) -> Result<()> {
    let (ente, persona, bozza) = (sample::ente_id(0), sample::persona_id(number), sample::bozza_id(number));
    let deed = sample::booking(number);
    let waited = store
        .write(ente, async move |tx| {
            let rows = prenotazione::of_bozza(tx, ente, persona, bozza).await?;
            prenotazione::book(tx, ente, &rows, &deed).await?;
            Ok(rows.iter().any(prenotazione::PlaceRow::waits))
        })
        .await?;
    ensure!(waited, "filing {number} had a rank already");
    Ok(())
}

/// Asserts that the work was done: so many ranks without a gap.
pub async fn booked(store: &Store, count: u64) -> Result<()> {
    let ente = sample::ente_id(0);
    let offers = store.read(ente, async move |read| prenotazione::offers(read, ente, (1, 0)).await).await?;
    let booked = offers.first().map_or(0, |offer| offer.booked);
    ensure!(booked == count as i64, "{count} presses gave {booked} ranks");
    let broken = store.report(ente, async move |read| prenotazione::broken(read, ente).await).await?;
    ensure!(broken.is_empty(), "the order of arrival has a gap");
    Ok(())
}
