//! What waits for the number of a protocol system.

use sportello_domain::{pratica::PraticaStatus, protocollo::Registro};
use sportello_store::{
    interruzione::{self, Entering, NewInterruzione},
    invio::{Register, Submitted},
    job, pratica,
    protocollo::{self, Direction, ProtocolloRow},
    protocollo_richiesta as richiesta,
    testing::{each, id},
};

use crate::fixture::{World, later, new_job};

/// Files a draft of Laura's that a protocol system registers; gives its key as a row to register.
async fn awaited(world: &World, child: &str, numero: i64) -> ProtocolloRow {
    let mut invio = world.invio(world.draft().await, &[child]);
    invio.registrazione.register = Register::External { job: new_job("protocollazione") };
    let filed = world.submit(&invio).await.unwrap();
    assert!(matches!(filed, Submitted::Filed { protocollo: None, .. }), "{filed:?}");
    ProtocolloRow {
        aoo: "AOO1/REG1".into(),
        anno: 2026,
        numero,
        registro: Registro::External,
        direction: Direction::In,
        registered_at: later(60),
        received_at: invio.received_at,
        sender: invio.registrazione.sender,
        subject: invio.registrazione.subject,
        sha256: invio.registrazione.sha256,
        classificazione: invio.registrazione.classificazione,
        fascicolo: Some("2026-VII/1.1".into()),
        bozza_id: invio.bozza_id,
    }
}

#[tokio::test]
async fn one_job_is_enqueued_for_all_that_waits() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let jobs = async |kind: &'static str| {
            let sql = "SELECT count(*) FROM job WHERE ente_id = $1 AND kind = $2";
            let (count,): (i64,) =
                world.read(async move |read| read.fetch_one(sql, sportello_store::binds![ente, kind]).await).await;
            count
        };
        let first = awaited(&world, "A", 7).await;
        awaited(&world, "B", 8).await;
        assert_eq!((jobs("receipt").await, jobs("protocollazione").await), (2, 1));
        let waiting = world.read(async move |read| richiesta::waiting(read, ente).await).await;
        assert_eq!((waiting.count, waiting.untried, waiting.since), (2, 2, Some(first.received_at)));
        // What was refused goes behind the rest.
        let bozza = first.bozza_id;
        world.write(async move |tx| richiesta::refused(tx, ente, bozza, "no").await).await.unwrap();
        let order = world.read(async move |read| richiesta::oldest(read, ente, 9).await).await;
        assert_eq!(order.iter().map(|one| one.refusal.as_deref()).collect::<Vec<_>>(), [None, Some("no")]);
        assert_eq!(world.read(async move |read| job::failed(read, ente, (10, 0)).await).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_number_is_written_once_and_of_two_documents_the_first_counts() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let row = awaited(&world, "A", 7).await;
        let bozza = row.bozza_id;
        let kept = world.write(async move |tx| {
            let first = richiesta::keep_external(tx, ente, bozza, "11").await?;
            Ok((first, richiesta::keep_external(tx, ente, bozza, "12").await?))
        });
        assert_eq!(kept.await.unwrap(), (Some("11".into()), Some("11".into())));
        assert_eq!(world.read(async move |read| richiesta::sent(read, ente, bozza).await).await.len(), 1);
        let (again, late) = (ProtocolloRow { numero: 8, ..row.clone() }, later(120));
        let numbered = row.clone();
        let written = world.write(async move |tx| {
            let first = richiesta::register(tx, ente, &numbered, late).await?;
            Ok((first, richiesta::register(tx, ente, &again, late).await?))
        });
        assert_eq!(written.await.unwrap(), (true, false));
        let found = world.read(async move |read| protocollo::of_bozza(read, ente, bozza).await).await;
        assert_eq!(found, Some(row));
        let heads = world.read(async move |read| pratica::of_bozza(read, ente, laura, bozza).await).await;
        assert_eq!((heads[0].protocollo_numero, heads[0].status), (Some(7), PraticaStatus::Submitted));
        assert_eq!(world.read(async move |read| richiesta::unknown(read, ente).await).await, []);
        assert_eq!(world.read(async move |read| richiesta::waiting(read, ente).await).await.count, 0);
        // A gap in numbers that others give is none of ours.
        assert_eq!(world.read(async move |read| protocollo::broken(read, ente).await).await, []);
    })
    .await;
}

#[tokio::test]
async fn while_an_interruption_is_open_what_waits_and_what_is_filed_gets_an_emergency_number() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, by) = (world.ente, world.other);
        let first = awaited(&world, "A", 7).await;
        let begin = async |causa: &str| {
            let (causa, atto) = (causa.to_owned(), "Det. 1".to_owned());
            let new = NewInterruzione { id: id(), causa, atto, began_at: first.received_at, at: later(60), by };
            let key = new.id;
            let begun = world.write(async move |tx| interruzione::begin(tx, ente, &new).await).await.unwrap();
            (begun, key)
        };
        let (begun, key) = begin("guasto").await;
        assert!(begun && !begin("ancora").await.0, "one at a time");
        let into = Entering { interruzione: key, aoo: "AOO1".into(), anno: 2026, at: later(60) };
        let entered = world.write(async move |tx| {
            let one = interruzione::enter_waiting(tx, ente, &into, 1).await?;
            Ok((one, interruzione::enter_waiting(tx, ente, &into, 1).await?))
        });
        assert_eq!(entered.await.unwrap(), (1, 0));
        let second = awaited(&world, "B", 8).await;
        let of = |bozza| world.read(async move |read| interruzione::of_bozza(read, ente, bozza).await);
        assert_eq!((of(first.bozza_id).await, of(second.bozza_id).await), (Some((1, 2026)), Some((2, 2026))));
        let (end, again) = (later(90), later(91));
        let ended = world.write(async move |tx| {
            Ok((interruzione::end(tx, ente, key, end, by).await?, interruzione::end(tx, ente, key, again, by).await?))
        });
        assert_eq!(ended.await.unwrap(), (true, false));
        let third = awaited(&world, "C", 9).await;
        assert_eq!(of(third.bozza_id).await, None);
        let late = later(120);
        world.write(async move |tx| richiesta::register(tx, ente, &first, late).await).await.unwrap();
        let (latest, entries) = world
            .read(async move |read| {
                assert_eq!(interruzione::broken(read, ente).await?, []);
                let first = interruzione::step(read, ente, None, 1).await?;
                let rest = interruzione::step(read, ente, first.last(), 9).await?;
                let stepped: Vec<_> = first.iter().chain(&rest).map(|entry| entry.numero).collect();
                assert_eq!((stepped, interruzione::count(read, ente).await?), (vec![1, 2], 2));
                assert_eq!(interruzione::latest(read, ente, (9, 1)).await?, [], "behind the first page");
                Ok((interruzione::latest(read, ente, (9, 0)).await?, interruzione::entries(read, ente, 9).await?))
            })
            .await;
        assert_eq!((latest.len(), latest[0].voci, latest[0].riportate, latest[0].ended_at), (1, 2, 1, Some(end)));
        let told: Vec<_> = entries.iter().map(|entry| (entry.numero, entry.protocollo_numero)).collect();
        assert_eq!(told, [(2, None), (1, Some(7))]);
    })
    .await;
}
