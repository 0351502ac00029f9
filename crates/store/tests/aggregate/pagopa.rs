//! Attempts, receipts, the ledger, calls of the node, payments without a notice.

use crate::fixture::{World, day, later};
use chrono::{DateTime, Utc};
use sportello_domain::{
    fatturazione::Modalita,
    id::{EnteId, IncassoId, PagamentoSpontaneoId, PosizioneId, TentativoId},
    posizione::{Anomalia, PosizioneStatus},
};
use sportello_store::{
    Error, Json, Result, binds, debito,
    incasso::{self, Balance, IncassoRow, Mezzo},
    nodo_messaggio::{self, Answered, MessaggioRow},
    posizione::{self, PosizioneRow},
    ricevuta::{self, RicevutaRow},
    seal::Sealed,
    spontaneo::{self, AbbinamentoRow, MatchState, PagamentoRow},
    tentativo::{self, NewTentativo, TentativoRow, TentativoStatus},
    testing::{each, id, now},
};

const NOTICE: &str = "302000000000000184";

/// A debt of Laura's for her child.
async fn debt(world: &World, notice: &str, cents: i64) -> PosizioneId {
    let (ente, alunno) = (world.ente, world.school().await);
    let row = PosizioneRow {
        id: PosizioneId::new(id()),
        documento_id: None,
        persona_id: Some(world.persona),
        alunno_id: Some(alunno),
        causale: "Mensa scolastica".to_owned(),
        amount_cents: cents,
        settled_cents: 0,
        scadenza: day(2026, 9, 30),
        modalita: Modalita::PagoPa,
        status: PosizioneStatus::Open,
        codice_avviso: Some(notice.to_owned()),
        tassonomia: "9/0107101TS/".to_owned(),
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let key = row.id;
    world.write(async move |tx| posizione::add(tx, ente, &row).await).await.unwrap();
    key
}

fn attempt(world: &World, debts: &[(PosizioneId, i64)]) -> NewTentativo {
    NewTentativo {
        id: TentativoId::new(id()),
        id_cart: id().to_string(),
        chiave: id().to_string(),
        persona_id: Some(world.persona),
        posizioni: debts.to_vec(),
        created_at: now(),
    }
}

async fn begin(world: &World, new: &NewTentativo) -> Result<()> {
    let (ente, new) = (world.ente, new.clone());
    world.write(async move |tx| tentativo::begin(tx, ente, &new).await).await
}

async fn returned(world: &World, key: TentativoId, status: TentativoStatus, at: DateTime<Utc>) -> bool {
    let ente = world.ente;
    let noted = world.write(async move |tx| tentativo::returned(tx, ente, key, status, "ok", at).await);
    noted.await.unwrap()
}

async fn look(world: &World, key: TentativoId) -> TentativoRow {
    let ente = world.ente;
    world.read(async move |read| tentativo::by_id(read, ente, key).await).await.unwrap()
}

async fn pay(world: &World, key: PosizioneId, cart: Option<String>) -> u64 {
    let ente = world.ente;
    let paid = world.write(async move |tx| {
        let row = posizione::by_id(tx, ente, key).await?.ok_or(Error::NotFound)?;
        let paid = PosizioneStatus::Paid;
        assert!(posizione::change(tx, ente, key, row.version, paid, row.amount_cents, later(9)).await?);
        tentativo::close(tx, ente, key, cart.as_deref(), later(9)).await
    });
    paid.await.unwrap()
}

fn receipt(receipt_id: &str, posizione_id: Option<PosizioneId>) -> RicevutaRow {
    RicevutaRow {
        receipt_id: receipt_id.to_owned(),
        codice_avviso: NOTICE.to_owned(),
        posizione_id,
        amount_cents: 8_100,
        paid_at: later(5),
        psp_name: "Banca di prova".to_owned(),
        stand_in: false,
        anomalia: posizione_id.is_none().then_some(Anomalia::Unknown),
        received_at: later(6),
    }
}

fn line(receipt_id: &str, posizione_id: Option<PosizioneId>) -> IncassoRow {
    IncassoRow {
        id: IncassoId::new(id()),
        posizione_id,
        mezzo: Mezzo::PagoPa,
        amount_cents: 8_100,
        value_date: day(2026, 9, 1),
        receipt_id: Some(receipt_id.to_owned()),
        end_to_end_id: None,
        created_at: later(6),
    }
}

#[tokio::test]
async fn an_attempt_is_begun_once_and_closed_by_the_last_of_its_debts() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let (one, two) = (debt(&world, NOTICE, 8_100).await, debt(&world, "302000000000000285", 4_000).await);
        let new = attempt(&world, &[(one, 8_100), (two, 4_000)]);
        begin(&world, &new).await.unwrap();
        for twin in [
            NewTentativo { chiave: new.chiave.clone(), ..attempt(&world, &[]) },
            NewTentativo { id_cart: new.id_cart.clone(), ..attempt(&world, &[]) },
        ] {
            assert!(matches!(begin(&world, &twin).await, Err(Error::Unique)));
        }
        let (key, chiave) = (new.id, new.chiave.clone());
        let sent = world.write(async move |tx| tentativo::sent_to(tx, ente, key, "https://pay.example/1").await);
        assert!(sent.await.unwrap());
        let known = world.read(async move |read| tentativo::by_key(read, ente, &chiave).await).await.unwrap();
        assert_eq!((known.id, known.site_url.as_deref()), (key, Some("https://pay.example/1")));
        let mut debts = world.read(async move |read| tentativo::debts(read, ente, key).await).await;
        debts.sort_by_key(|(_, cents)| -cents);
        assert_eq!(debts, [(one, 8_100), (two, 4_000)]);
        assert!(returned(&world, key, TentativoStatus::Awaited, later(3)).await);
        let since = world.read(async move |read| tentativo::awaited_since(read, ente, one).await).await;
        assert_eq!(since, Some(later(3)));
        let rows = world.read(async move |read| debito::of_person(read, ente, laura).await).await;
        assert!(rows.iter().all(|row| row.awaited_since == Some(later(3)) && row.paid_on.is_none()));
        assert_eq!((rows.len(), rows[0].nome.as_deref()), (2, Some("Sofia")));
        assert_eq!(pay(&world, one, None).await, 0, "the other debt is not paid");
        assert_eq!(pay(&world, two, None).await, 1);
        let closed = look(&world, key).await;
        assert_eq!((closed.status, closed.closed_at), (TentativoStatus::Succeeded, Some(later(9))));
        assert!(!returned(&world, key, TentativoStatus::Cancelled, later(10)).await, "what succeeded stays so");
        let last = world.read(async move |read| tentativo::last_of(read, ente, one).await).await.unwrap();
        assert_eq!(last.id, key);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_the_browser_never_undoes_that_a_receipt_is_awaited() {
    each(async |database| {
        let world = World::new(database).await;
        let key = debt(&world, NOTICE, 8_100).await;
        let [given_up, awaited, refused] = [0, 1, 2].map(|_| attempt(&world, &[(key, 8_100)]));
        for new in [&given_up, &awaited, &refused] {
            begin(&world, new).await.unwrap();
        }
        assert!(returned(&world, awaited.id, TentativoStatus::Awaited, later(1)).await);
        assert!(!returned(&world, awaited.id, TentativoStatus::Failed, later(2)).await);
        assert!(returned(&world, given_up.id, TentativoStatus::Cancelled, later(1)).await);
        assert_eq!(look(&world, given_up.id).await.closed_at, Some(later(1)));
        assert!(returned(&world, given_up.id, TentativoStatus::Awaited, later(2)).await);
        assert_eq!(look(&world, given_up.id).await.closed_at, None);
        assert!(!returned(&world, given_up.id, TentativoStatus::Cancelled, later(3)).await);
        let (ente, id) = (world.ente, refused.id);
        let refuse = async || world.write(async move |tx| tentativo::refused(tx, ente, id, later(1)).await).await;
        assert!(refuse().await.unwrap() && !refuse().await.unwrap());
        assert_eq!(pay(&world, key, Some(refused.id_cart.clone())).await, 3, "the receipt names the refused one");
        assert_eq!(look(&world, refused.id).await.status, TentativoStatus::Succeeded);
    })
    .await;
}

#[tokio::test]
async fn a_receipt_and_its_line_are_kept_once_and_never_change() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, key) = (world.ente, debt(&world, NOTICE, 8_100).await);
        let book = async |receipt_id: &'static str, of: Option<PosizioneId>| {
            world
                .write(async move |tx| {
                    ricevuta::add(tx, ente, &receipt(receipt_id, of), &Sealed::from_bytes(vec![7])).await?;
                    incasso::add(tx, ente, &line(receipt_id, of)).await
                })
                .await
        };
        book("r1", Some(key)).await.unwrap();
        book("r2", None).await.unwrap();
        assert!(matches!(book("r1", Some(key)).await, Err(Error::Unique)));
        let twin = world.write(async move |tx| incasso::add(tx, ente, &line("r1", Some(key))).await).await;
        assert!(matches!(twin, Err(Error::Unique)));
        let orphan = world.write(async move |tx| incasso::add(tx, ente, &line("r9", None)).await).await;
        assert!(matches!(orphan, Err(Error::Db { .. })), "{orphan:?}");
        let found = world.read(async move |read| ricevuta::of_debt(read, ente, key).await).await;
        assert_eq!(found, [receipt("r1", Some(key))]);
        let odd = world.read(async move |read| ricevuta::anomalies(read, ente, (10, 0)).await).await;
        assert_eq!(odd, [receipt("r2", None)]);
        let raw = world.read(async move |read| ricevuta::raw(read, ente, "r1").await).await;
        assert_eq!(raw, Some(Sealed::from_bytes(vec![7])));
        let by_id = world.read(async move |read| ricevuta::by_id(read, ente, "r2").await).await;
        assert_eq!(by_id, Some(receipt("r2", None)));
        let lines = world.read(async move |read| incasso::of_debt(read, ente, key).await).await;
        assert_eq!((lines.len(), lines[0].amount_cents, lines[0].mezzo), (1, 8_100, Mezzo::PagoPa));
        let balance = world.read(async move |read| incasso::balance(read, ente).await).await;
        assert_eq!(balance, Balance { receipts: 2, receipt_cents: 16_200, lines: 2, line_cents: 16_200 });
        assert!(balance.is_even());
        for change in [
            "UPDATE ricevuta_pagopa SET amount_cents = 1 WHERE ente_id = $1",
            "DELETE FROM incasso WHERE ente_id = $1",
            "UPDATE incasso SET amount_cents = 1 WHERE ente_id = $1",
            "DELETE FROM ricevuta_pagopa WHERE ente_id = $1",
        ] {
            let changed = world.write(async move |tx| tx.execute(change, binds![ente]).await).await;
            assert!(matches!(changed, Err(Error::Db { .. })), "{change}: {changed:?}");
        }
        let neighbour = world.neighbour().await;
        let there = database.store.read(neighbour, async move |read| {
            Ok((ricevuta::by_id(read, neighbour, "r1").await?, incasso::balance(read, neighbour).await?))
        });
        let empty = Balance { receipts: 0, receipt_cents: 0, lines: 0, line_cents: 0 };
        assert_eq!(there.await.unwrap(), (None, empty));
    })
    .await;
}

#[tokio::test]
async fn calls_of_the_node_are_kept_also_those_that_name_no_ente() {
    each(async |database| {
        let world = World::new(database).await;
        for ente in [world.ente, EnteId::PLATFORM] {
            let row = MessaggioRow {
                id: id(),
                operation: "paVerifyPaymentNotice".to_owned(),
                sealed_raw: Sealed::from_bytes(vec![1]),
                outcome: Answered::Ko,
                fault_code: Some("PAA_ID_DOMINIO_ERRATO".to_owned()),
                at: now(),
            };
            let kept = row.clone();
            let store = &database.store;
            store.write(ente, async move |tx| nodo_messaggio::add(tx, ente, &row).await).await.unwrap();
            let since = async |at| store.read(ente, async move |read| nodo_messaggio::since(read, ente, at).await);
            assert_eq!(since(now()).await.await.unwrap(), [kept]);
            assert_eq!(since(later(1)).await.await.unwrap(), []);
            let change = "UPDATE nodo_messaggio SET outcome = 'OK' WHERE ente_id = $1";
            assert!(store.write(ente, async move |tx| tx.execute(change, binds![ente]).await).await.is_err());
            let purge = store.write(ente, async move |tx| nodo_messaggio::purge(tx, ente, now()).await);
            assert_eq!(purge.await.unwrap(), 1);
        }
    })
    .await;
}

fn begun(posizione_id: PosizioneId) -> PagamentoRow {
    PagamentoRow {
        id: PagamentoSpontaneoId::new(id()),
        posizione_id,
        chiave: "c".repeat(64),
        sealed_dati: Sealed::from_bytes(vec![3]),
        periodi: Json(vec![day(2026, 9, 1)]),
        struttura: "primaria".to_owned(),
        match_state: MatchState::Unpaid,
        created_at: now(),
    }
}

#[tokio::test]
async fn a_spontaneous_payment_stands_for_debts_each_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let (own, open) = (debt(&world, NOTICE, 8_100).await, debt(&world, "302000000000000285", 4_000).await);
        let new = begun(own);
        let (pagamento, row) = (new.id, new.clone());
        world.write(async move |tx| spontaneo::add(tx, ente, &row).await).await.unwrap();
        let twin = PagamentoRow { chiave: new.chiave.clone(), ..begun(open) };
        let twin = world.write(async move |tx| spontaneo::add(tx, ente, &twin).await).await;
        assert!(matches!(twin, Err(Error::Unique)));
        let (found, by_key) = world
            .read(async move |read| {
                let by_key = spontaneo::by_key(read, ente, &"c".repeat(64)).await?;
                Ok((spontaneo::of_debt(read, ente, own).await?, by_key))
            })
            .await;
        assert_eq!((found.unwrap().id, by_key.unwrap().periodi.0), (pagamento, vec![day(2026, 9, 1)]));
        let advance = async |from, to| {
            world.write(async move |tx| spontaneo::advance(tx, ente, pagamento, from, to).await).await.unwrap()
        };
        assert!(advance(MatchState::Unpaid, MatchState::Unmatched).await);
        assert!(!advance(MatchState::Unpaid, MatchState::Unmatched).await);
        let queue = world.read(async move |read| spontaneo::unmatched(read, ente, (10, 0)).await).await;
        assert_eq!(queue.len(), 1);
        let payer = crate::fixture::PARENT;
        let candidates = world.read(async move |read| debito::open_of(read, ente, payer).await).await;
        assert_eq!(candidates.iter().map(|row| row.owed_cents).sum::<i64>(), 12_100);
        let stands = AbbinamentoRow {
            posizione_id: open,
            pagamento_id: pagamento,
            amount_cents: 4_000,
            value_date: day(2026, 9, 2),
            created_at: later(1),
        };
        let row = stands.clone();
        world.write(async move |tx| spontaneo::add_match(tx, ente, &row).await).await.unwrap();
        let row = stands.clone();
        let twin = world.write(async move |tx| spontaneo::add_match(tx, ente, &row).await).await;
        assert!(matches!(twin, Err(Error::Unique)));
        let matched = world.read(async move |read| spontaneo::matched(read, ente, pagamento).await).await;
        assert_eq!(matched, std::slice::from_ref(&stands));
        let of = world.read(async move |read| spontaneo::match_of(read, ente, open).await).await;
        assert_eq!(of, Some(stands));
        let rows = world.read(async move |read| debito::of_person(read, ente, laura).await).await;
        let paid: Vec<_> = rows.iter().filter_map(|row| row.paid_on).collect();
        assert_eq!(paid, [day(2026, 9, 2)]);
    })
    .await;
}

#[tokio::test]
async fn a_link_opens_one_debt_up_to_its_last_day() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, key) = (world.ente, debt(&world, NOTICE, 8_100).await);
        let (hash, last) = (vec![5; 32], day(2026, 9, 30));
        let kept = hash.clone();
        let add = world.write(async move |tx| spontaneo::add_link(tx, ente, &kept, key, last, now()).await);
        add.await.unwrap();
        let open = async |hash: Vec<u8>, on| {
            world.read(async move |read| spontaneo::linked(read, ente, &hash, on).await).await
        };
        assert_eq!(open(hash.clone(), last).await, Some((key, last)));
        assert_eq!(open(hash.clone(), day(2026, 10, 1)).await, None);
        assert_eq!(open(vec![6; 32], last).await, None);
        let purge = world.write(async move |tx| spontaneo::purge_links(tx, ente, day(2026, 10, 1)).await);
        assert_eq!(purge.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_debtor_is_known_by_the_debt() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, key) = (world.ente, debt(&world, NOTICE, 8_100).await);
        let debtor = world.read(async move |read| debito::debtor(read, ente, key).await).await.unwrap();
        assert_eq!((debtor.persona_id, debtor.nome.as_str()), (world.persona, "Laura"));
        assert_eq!((debtor.codice_fiscale.as_str(), debtor.pratica_id), (crate::fixture::PARENT, None));
        assert_eq!(world.read(async move |read| debito::mismatched(read, ente).await).await, []);
    })
    .await;
}
