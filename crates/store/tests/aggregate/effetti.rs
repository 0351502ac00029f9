//! What an accepted pratica leaves: each belongs to its ente, is done once, and a tariff is cut without gap or overlap.

use chrono::{NaiveDate, TimeDelta};
use sportello_domain::id::{EnteId, IscrizioneId};
use sportello_store::{
    Error, Json, binds,
    compito::{self, CompitoKind},
    dieta::{self, DietaRow},
    iscrizione::{self, IscrizioneRow, IscrizioneStatus},
    residenza::{self, Chi, ResidenzaRow},
    seal::Sealed,
    tariffa::{self, AssegnazioneRow, Base},
    testing::{each, id, now},
};
use uuid::Uuid;

use crate::fixture::{ANNO, World, day, later};

/// An enrolment of the first of two pratiche that were filed together.
async fn enrolled(world: &World) -> (IscrizioneRow, sportello_domain::id::PraticaId) {
    let (ente, alunno_id) = (world.ente, world.school().await);
    let (invio, _) = world.filed(&["A", "B"]).await;
    let row = IscrizioneRow {
        id: IscrizioneId::new(id()),
        servizio: "mensa".to_owned(),
        anno_scolastico: ANNO,
        alunno_id,
        persona_id: world.persona,
        plesso: "primaria".to_owned(),
        classe: "3a".to_owned(),
        giorni: Json(vec!["lun".to_owned()]),
        dal: day(2026, 9, 1),
        al: day(2027, 8, 31),
        status: IscrizioneStatus::Active,
        modalita_pagamento: "PAGOPA".to_owned(),
        sealed_payment: None,
        sealed_dieta: None,
        pratica_id: invio.pratiche[0].id,
        created_at: now(),
    };
    let new = row.clone();
    world.write(async move |tx| iscrizione::create(tx, ente, &new).await).await.unwrap();
    (row, invio.pratiche[1].id)
}

#[tokio::test]
async fn a_task_is_left_once_and_done_once_by_its_own_ente() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, persona, neighbour) = (world.ente, world.persona, world.neighbour().await);
        let (_, pratica) = enrolled(&world).await;
        let [task, twin, other] = [id(), id(), id()];
        let add = async |id: Uuid, kind| {
            world.write(async move |tx| compito::add(tx, ente, (id, kind), pratica, now()).await).await
        };
        add(task, CompitoKind::Certificazione).await.unwrap();
        assert!(matches!(add(twin, CompitoKind::Certificazione).await, Err(Error::Unique)));
        add(other, CompitoKind::Conguaglio).await.unwrap();
        // Step by step each is there once, though both came up at one instant.
        let walked = world
            .read(async move |read| {
                let first = compito::open(read, ente, None, 1).await?;
                let second = compito::open(read, ente, first.last(), 1).await?;
                let end = compito::open(read, ente, second.last(), 1).await?;
                Ok((first, second, end, compito::count(read, ente).await?))
            })
            .await;
        assert_eq!((walked.0.len(), walked.1.len(), walked.2.len(), walked.3), (1, 1, 0, 2));
        assert_ne!(walked.0[0].id, walked.1[0].id);
        let done = async |of: EnteId| {
            database.store.write(of, async move |tx| compito::done(tx, of, task, persona, later(1)).await).await
        };
        assert!(!done(neighbour).await.unwrap());
        let open = database
            .store
            .read(neighbour, async move |read| compito::open(read, neighbour, None, 10).await)
            .await
            .unwrap();
        assert!(open.is_empty());
        assert_eq!((done(ente).await.unwrap(), done(ente).await.unwrap()), (true, false));
        let open = world.read(async move |read| compito::open(read, ente, None, 10).await).await;
        assert_eq!(open.iter().map(|row| (row.id, row.kind)).collect::<Vec<_>>(), [(other, CompitoKind::Conguaglio)]);
    })
    .await;
}

#[tokio::test]
async fn a_diet_is_of_one_pratica_and_its_payer_reminded_once() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        let (enrolment, pratica_id) = enrolled(&world).await;
        let row = DietaRow {
            id: id(),
            iscrizione_id: enrolment.id,
            sealed_dieta: Sealed::from_bytes(vec![7]),
            pratica_id,
            created_at: now(),
        };
        let key = row.id;
        let twin = DietaRow { id: id(), ..row.clone() };
        world.write(async move |tx| dieta::add(tx, ente, &row).await).await.unwrap();
        let again = world.write(async move |tx| dieta::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let nil = Uuid::nil();
        let due = world.read(async move |read| dieta::unreminded(read, ente, nil).await).await;
        assert_eq!((due.len(), due[0].id, due[0].persona_id), (1, key, world.persona));
        let behind = world.read(async move |read| dieta::unreminded(read, ente, key).await).await;
        assert!(behind.is_empty());
        let foreign =
            database.store.write(neighbour, async move |tx| dieta::reminded(tx, neighbour, key, later(1)).await).await;
        assert!(!foreign.unwrap());
        let remind =
            async || world.write(async move |tx| dieta::reminded(tx, ente, key, later(1)).await).await.unwrap();
        assert_eq!((remind().await, remind().await), (true, false));
        let due = world.read(async move |read| dieta::unreminded(read, ente, nil).await).await;
        assert!(due.is_empty());
        let all = world.read(async move |read| dieta::of_iscrizione(read, ente, enrolment.id).await).await;
        assert_eq!(all.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_residence_stays_as_it_was_declared() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, persona) = (world.ente, world.persona);
        let (enrolment, pratica_id) = enrolled(&world).await;
        let row = ResidenzaRow {
            id: id(),
            dal: day(2026, 10, 1),
            comune: "Treviglio (BG)".to_owned(),
            indirizzo: "Via Roma 3".to_owned(),
            cap: "24047".to_owned(),
            pratica_id,
            created_at: now(),
        };
        let (first, child) = (row.clone(), ResidenzaRow { id: id(), ..row.clone() });
        let add = world.write(async move |tx| {
            residenza::add(tx, ente, Chi::Persona(persona), &first).await?;
            residenza::add(tx, ente, Chi::Alunno(enrolment.alunno_id), &child).await
        });
        add.await.unwrap();
        assert_eq!(world.read(async move |read| residenza::of_persona(read, ente, persona).await).await, [row]);
        let other = world.other;
        let of_other = world.read(async move |read| residenza::of_persona(read, ente, other).await).await;
        assert!(of_other.is_empty());
        for sql in ["UPDATE residenza SET cap = '0' WHERE ente_id = $1", "DELETE FROM residenza WHERE ente_id = $1"] {
            let changed = world.write(async move |tx| tx.execute(sql, binds![ente]).await).await;
            assert!(matches!(changed, Err(Error::Db { .. })), "{changed:?}");
        }
        // The pratica was received at `now()`.
        for (at, later) in [(now() - TimeDelta::microseconds(1), true), (now(), false)] {
            let found = world.read(async move |read| residenza::declared_later(read, ente, persona, at).await).await;
            assert_eq!(found, later, "{at}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_tariff_is_cut_where_the_residence_changes() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let (enrolment, _) = enrolled(&world).await;
        let key = enrolment.id;
        let base = AssegnazioneRow {
            iscrizione_id: key,
            dal: enrolment.dal,
            al: enrolment.al,
            base: Base::Isee,
            sealed_isee: Some(Sealed::from_bytes(vec![3])),
            residente: true,
            created_at: now(),
        };
        world.write(async move |tx| tariffa::assign(tx, ente, &base).await).await.unwrap();
        let set = async |from: NaiveDate, residente: bool| {
            let write =
                world.write(async move |tx| tariffa::set_residente(tx, ente, key, (from, residente), later(1)).await);
            write.await.unwrap();
            let rows = world.read(async move |read| tariffa::of_iscrizione(read, ente, key).await).await;
            assert!(rows.iter().all(|row| row.sealed_isee.is_some() && row.base == Base::Isee));
            rows.iter().map(|row| (row.dal, row.al, row.residente)).collect::<Vec<_>>()
        };
        let (first, last) = (day(2026, 9, 1), day(2027, 8, 31));
        let moved = [(first, day(2026, 10, 31), true), (day(2026, 11, 1), last, false)];
        assert_eq!(set(day(2026, 11, 1), false).await, moved);
        assert_eq!(set(day(2026, 11, 1), false).await, moved, "twice is once");
        let back = [moved[0], (day(2026, 11, 1), day(2027, 1, 14), false), (day(2027, 1, 15), last, true)];
        assert_eq!(set(day(2027, 1, 15), true).await, back);
        // Earlier than the first cut: every day behind it follows.
        let all = set(day(2026, 10, 1), false).await;
        assert_eq!(all[0], (first, day(2026, 9, 30), true));
        assert!(all[1..].iter().all(|row| !row.2) && all.len() == 4);
        assert!(all.windows(2).all(|pair| pair[0].1.succ_opt() == Some(pair[1].0)), "no gap, no overlap: {all:?}");
    })
    .await;
}
