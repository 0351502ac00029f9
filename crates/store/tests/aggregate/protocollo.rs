//! The protocol register: what it keeps of an entry, its annulments, its search, its daily registers.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{BozzaId, DocumentoId},
    protocollo::Registro,
};
use sportello_store::{
    Error,
    elenco_protocollo::{self, ProtocolloQuery},
    protocollo::{self, NewAnnullo, ProtocolloRow},
    registro_giornaliero::{self, GENESIS, GiornalieroRow},
    testing::{each, id, now},
};

use crate::fixture::{World, day, later};

const AOO: &str = "AOO1";

async fn entry(world: &World, bozza: BozzaId) -> ProtocolloRow {
    let ente = world.ente;
    world.read(async move |read| protocollo::of_bozza(read, ente, bozza).await).await.unwrap()
}

fn annullo(world: &World) -> NewAnnullo {
    NewAnnullo { motivo: "doppione".into(), atto: "Det. 4".into(), at: later(60), by: world.other }
}

fn register(seq: i64, previous: &str) -> GiornalieroRow {
    GiornalieroRow {
        seq,
        giorno: day(2026, 9, seq as u32),
        documento_id: DocumentoId::new(id()),
        registrazioni: 1,
        annullamenti: 0,
        first_numero: Some(4_001),
        last_numero: Some(4_001),
        bytes: 100,
        sha256: format!("{seq}").repeat(64),
        previous_sha256: previous.to_owned(),
        created_at: now(),
    }
}

/// Annuls the first entry and keeps a daily register, for tests of what may not be changed.
pub async fn annulled_with_register(world: &World) {
    let (ente, new) = (world.ente, annullo(world));
    let written = world.write(async move |tx| {
        let query = ProtocolloQuery { limit: 1, ..ProtocolloQuery::default() };
        let first = elenco_protocollo::page(tx, ente, &query).await?.remove(0);
        let row = protocollo::of_bozza(tx, ente, first.bozza_id).await?.ok_or(Error::NotFound)?;
        assert!(protocollo::annul(tx, ente, &row, &new).await?);
        registro_giornaliero::add(tx, ente, AOO, &register(1, GENESIS)).await
    });
    assert!(written.await.unwrap());
}

#[tokio::test]
async fn an_entry_is_classified_and_stands_in_the_fascicolo_of_its_first_pratica() {
    each(async |database| {
        let world = World::new(database).await;
        world.filed(&["A"]).await;
        let (invio, numeri) = world.filed(&["B", "C"]).await;
        let row = entry(&world, invio.bozza_id).await;
        assert_eq!(numeri, [2, 3]);
        assert_eq!((row.registro, row.classificazione.as_str()), (Registro::Internal, "VII/1"));
        assert_eq!(row.fascicolo.as_deref(), Some("2026-VII/1.2"));
        assert_eq!((row.registered_at, row.received_at), (invio.received_at, invio.received_at));
        let (ente, bozza) = (world.ente, invio.bozza_id);
        let pratiche = world.read(async move |read| protocollo::pratiche(read, ente, bozza).await).await;
        assert_eq!(
            pratiche.iter().map(|(_, anno, numero)| (*anno, *numero)).collect::<Vec<_>>(),
            [(2026, 2), (2026, 3)]
        );
    })
    .await;
}

#[tokio::test]
async fn an_annulled_entry_stays_as_it_was_and_is_annulled_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (invio, _) = world.filed(&["A"]).await;
        let (ente, row, new) = (world.ente, entry(&world, invio.bozza_id).await, annullo(&world));
        let (again, before) = (row.clone(), row.clone());
        let annul = world.write(async move |tx| {
            Ok((protocollo::annul(tx, ente, &again, &new).await?, protocollo::annul(tx, ente, &again, &new).await?))
        });
        assert_eq!(annul.await.unwrap(), (true, false));
        assert_eq!(entry(&world, invio.bozza_id).await, before);
        let annullo = world.read(async move |read| protocollo::annullo(read, ente, &row).await).await.unwrap();
        assert_eq!((annullo.motivo.as_str(), annullo.atto.as_str()), ("doppione", "Det. 4"));
        assert_eq!(
            (annullo.nome.as_str(), annullo.annulled_by, annullo.annulled_at),
            ("Mario", world.other, later(60))
        );
        let broken = world.read(async move |read| protocollo::broken(read, ente).await).await;
        assert_eq!(broken, [], "an annulment leaves no gap");
    })
    .await;
}

#[tokio::test]
async fn the_register_is_searched_by_number_day_name_place_and_annulment() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        world.filed(&["A"]).await;
        world.filed(&["B"]).await;
        annulled_with_register(&world).await;
        let numbers = async |query: ProtocolloQuery| {
            let query = ProtocolloQuery { limit: 10, ..query };
            let rows = world.read(async move |read| elenco_protocollo::page(read, ente, &query).await).await;
            rows.iter().map(|row| row.numero).collect::<Vec<_>>()
        };
        let all = ProtocolloQuery::default;
        assert_eq!(numbers(all()).await, [4_002, 4_001]);
        assert_eq!(numbers(ProtocolloQuery { numero: Some(4_001), anno: Some(2026), ..all() }).await, [4_001]);
        assert_eq!(numbers(ProtocolloQuery { anno: Some(2025), ..all() }).await, [0_i64; 0]);
        assert_eq!(numbers(ProtocolloQuery { text: Some("figlio b".into()), ..all() }).await, [4_002]);
        assert_eq!(numbers(ProtocolloQuery { text: Some("%".into()), ..all() }).await, [0_i64; 0]);
        assert_eq!(numbers(ProtocolloQuery { annulled: true, ..all() }).await, [4_002]);
        assert_eq!(numbers(ProtocolloQuery { classificazione: Some("VII/2".into()), ..all() }).await, [0_i64; 0]);
        assert_eq!(numbers(ProtocolloQuery { from: Some(later(1)), ..all() }).await, [0_i64; 0]);
        assert_eq!(numbers(ProtocolloQuery { until: Some(later(1)), offset: 1, ..all() }).await, [4_001]);
        let neighbour = world.neighbour().await;
        let query = ProtocolloQuery { limit: 10, ..all() };
        let read =
            database.store.read(neighbour, async move |read| elenco_protocollo::page(read, neighbour, &query).await);
        assert_eq!(read.await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_day_is_read_whole_and_its_register_kept_once() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        world.filed(&["A"]).await;
        annulled_with_register(&world).await;
        let span: (DateTime<Utc>, DateTime<Utc>) = (now(), later(3_600));
        let read = world.read(async move |read| {
            let registered = registro_giornaliero::registered(read, ente, AOO, span, 10).await?;
            let annulled = registro_giornaliero::annulled(read, ente, AOO, span, 10).await?;
            let counts = registro_giornaliero::counts(read, ente, AOO, span).await?;
            let next = (
                registro_giornaliero::next(read, ente, AOO, now()).await?,
                registro_giornaliero::next(read, ente, AOO, later(1)).await?,
                registro_giornaliero::next(read, ente, AOO, later(61)).await?,
                registro_giornaliero::next(read, ente, "altra", now()).await?,
            );
            Ok((registered, annulled, counts, next))
        });
        let (registered, annulled, counts, next) = read.await;
        assert_eq!(registered.iter().map(|row| row.numero).collect::<Vec<_>>(), [4_001]);
        assert_eq!(
            annulled.iter().map(|row| (row.numero, row.cognome.as_str())).collect::<Vec<_>>(),
            [(4_001, "Rossi")]
        );
        assert_eq!((counts, next), ((1, 1), (Some(now()), Some(later(60)), None, None)));
        let (second, twice) = (register(2, &"1".repeat(64)), register(2, GENESIS));
        let kept = world.write(async move |tx| {
            let kept = registro_giornaliero::add(tx, ente, AOO, &second).await?;
            Ok((kept, registro_giornaliero::add(tx, ente, AOO, &twice).await?))
        });
        assert_eq!(kept.await.unwrap(), (true, false));
        let (latest, found) = world
            .read(async move |read| {
                let latest = registro_giornaliero::latest(read, ente, AOO, 10, 0).await?;
                Ok((latest, registro_giornaliero::of_day(read, ente, AOO, day(2026, 9, 1)).await?))
            })
            .await;
        assert_eq!(latest.iter().map(|row| row.seq).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(found.map(|row| row.seq), Some(1));
    })
    .await;
}
