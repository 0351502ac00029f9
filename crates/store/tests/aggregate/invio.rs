use crate::fixture::{ANNO, CHILD, World, answers, later};
use futures::future::join_all;
use sportello_domain::pratica::PraticaStatus;
use sportello_store::{
    Error, Read, Result,
    audit::{self, AuditRow},
    binds, bozza, documento, evento,
    idempotenza::{self, Begun},
    invio::{self, Invio, Submitted},
    job, notifica, pratica, protocollo,
    testing::each,
};

#[tokio::test]
async fn one_invia_makes_a_pratica_for_each_child_and_all_that_follows() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let bozza_id = world.draft().await;
        let invio = world.invio(bozza_id, &["A", "B"]);
        let filed = world.submit(&invio).await.unwrap();
        assert_eq!(filed, Submitted::Filed { numeri: vec![1, 2], protocollo: Some(4_001) });
        let heads = world.read(async move |read| pratica::of_bozza(read, ente, laura, bozza_id).await).await;
        assert_eq!(
            heads.iter().map(|row| (row.numero, row.protocollo_numero)).collect::<Vec<_>>(),
            [(1, Some(4_001)), (2, Some(4_001))]
        );
        let key = invio.pratiche[1].id;
        let row = world.read(async move |read| pratica::of_persona(read, ente, laura, key).await).await.unwrap();
        assert_eq!((row.status, row.version, row.row_id), (PraticaStatus::Registered, 1, invio.pratiche[1].row_id));
        assert_eq!((row.answers, row.received_at), (invio.pratiche[1].answers.clone(), invio.received_at));
        let (message, deed) = (invio.notifiche[0].clone(), invio.audit[0].clone());
        let follows = world.read(async move |read| {
            let steps = evento::of_pratica(read, ente, key).await?;
            let registered = protocollo::of_bozza(read, ente, bozza_id).await?.map(|row| (row.anno, row.numero));
            let receipt = documento::receipt(read, ente, laura, bozza_id).await?;
            let queued = notifica::by_id(read, ente, message.id).await?;
            let jobs: i64 = job::counts(read).await?.iter().map(|(_, count)| count).sum();
            assert_eq!((queued, receipt), (Some(message), None));
            Ok((steps, registered, jobs))
        });
        assert_eq!(follows.await, (vec![invio.steps[1].clone()], Some((2026, 4_001)), 1));
        assert_eq!(deed.action, "pratica.submit");
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_filed_once_at_the_revision_that_was_shown() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura, bozza_id) = (world.ente, world.persona, world.draft().await);
        let stale = world.invio(bozza_id, &["A"]);
        let saved =
            world.write(async move |tx| bozza::save(tx, ente, laura, bozza_id, 1, &answers("due"), later(1)).await);
        saved.await.unwrap();
        assert_eq!(world.submit(&stale).await.unwrap(), Submitted::Changed);
        let mut shown = world.invio(bozza_id, &["A"]);
        shown.revision = 2;
        let mut foreign = shown.clone();
        foreign.persona_id = world.other;
        assert_eq!(world.submit(&foreign).await.unwrap(), Submitted::Changed);
        assert!(matches!(world.submit(&shown).await.unwrap(), Submitted::Filed { .. }));
        assert_eq!(world.submit(&shown).await.unwrap(), Submitted::Changed);
        let list = world.read(async move |read| pratica::list(read, ente, laura).await).await;
        assert_eq!(list.iter().map(|row| row.numero).collect::<Vec<_>>(), [1], "no number was burnt");
    })
    .await;
}

#[tokio::test]
async fn two_live_pratiche_for_one_child_need_the_mark_of_contest() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        world.filed(&[CHILD]).await;
        let mut second = world.invio(world.draft().await, &[CHILD]);
        let refused = world.submit(&second).await;
        assert!(matches!(refused, Err(Error::Unique)), "{refused:?}");
        second.pratiche[0].contested = true;
        assert_eq!(world.submit(&second).await.unwrap(), Submitted::Filed { numeri: vec![2], protocollo: Some(4_002) });
        let live = world.read(async move |read| pratica::live(read, ente, "mensa", ANNO, CHILD).await);
        assert_eq!(live.await.len(), 2);
        let live = async |persona, children: &'static [&'static str]| {
            let live =
                async move |read: &mut Read| pratica::live_children(read, ente, "mensa", ANNO, persona, children).await;
            world.read(live).await
        };
        // More children than one statement asks about, and each answered once.
        let many = &["1", "2", "3", "4", "5", "6", "7", "8", CHILD];
        assert_eq!(live(world.persona, many).await, [(CHILD.to_owned(), true)]);
        assert_eq!(live(world.other, &[CHILD]).await, [(CHILD.to_owned(), false)]);
        assert_eq!(live(world.persona, &["1"]).await, []);
        assert_eq!(live(world.persona, &[]).await, []);
        let broken = world
            .read(async move |read| Ok((pratica::broken(read, ente).await?, protocollo::broken(read, ente).await?)));
        assert_eq!(broken.await, (vec![], vec![]));
    })
    .await;
}

/// What a use case does: ask by key, file, and keep the answer, in one transaction.
async fn press(world: &World, invio: &Invio) -> Result<bool> {
    let (ente, invio) = (world.ente, invio.clone());
    let pressed = world.write(async move |tx| {
        let key = &invio.answer;
        match idempotenza::begin(tx, ente, key.actor, &key.key, &key.answer.body_hash).await? {
            Begun::New => invio::submit(tx, ente, &invio).await.map(|filed| filed != Submitted::Changed),
            Begun::Same(answer) if answer == key.answer => Ok(false),
            other => panic!("{other:?}"),
        }
    });
    pressed.await
}

#[tokio::test]
async fn pressing_twice_at_once_files_once() {
    each(async |database| {
        let world = World::new(database).await;
        for turn in 1..=20 {
            let invio = world.invio(world.draft().await, &[&format!("C{turn}")]);
            let pressed = join_all([press(&world, &invio), press(&world, &invio), press(&world, &invio)]).await;
            let filed = pressed.into_iter().map(|filed| filed.unwrap()).filter(|filed| *filed).count();
            assert_eq!(filed, 1);
        }
        let (ente, laura) = (world.ente, world.persona);
        let list = world.read(async move |read| pratica::list(read, ente, laura).await).await;
        assert_eq!(list.iter().map(|row| row.numero).max(), Some(20));
    })
    .await;
}

#[tokio::test]
async fn deeds_are_found_by_their_object() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let mut deed = world.deed("pratica.read_sealed");
        deed.object_id = Some(deed.id);
        let (expected, key) = (deed.clone(), deed.id);
        world.write(async move |tx| audit::record(tx, ente, &deed).await).await.unwrap();
        let found = world.read(async move |read| {
            let sql = "SELECT id, at, actor, capacity, action, object_kind, object_id, request_id, detail
                FROM audit WHERE ente_id = $1 AND object_id = $2";
            read.fetch_all::<AuditRow>(sql, binds![ente, key]).await
        });
        assert_eq!(found.await, [expected]);
    })
    .await;
}
