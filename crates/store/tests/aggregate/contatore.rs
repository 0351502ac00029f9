use crate::fixture::{World, new_job, new_pratica};
use futures::future::join_all;
use sportello_store::{
    Error, Tx, contatore,
    invio::{self, Invio, Register, Submitted},
    testing::each,
};

/// Files a draft of its own for each turn, then fails every third.
async fn file(world: &World, turn: usize) -> Option<i64> {
    let mut invio = world.invio(world.draft().await, &[]);
    invio.pratiche = vec![new_pratica(&format!("C{turn}"))];
    let ente = world.ente;
    let filed = world.write(async move |tx: &mut Tx| {
        let filed = invio::submit(tx, ente, &invio).await?;
        if turn.is_multiple_of(3) { Err(Error::refused("no")) } else { Ok(filed) }
    });
    match filed.await.ok()? {
        Submitted::Filed { numeri, .. } => numeri.first().copied(),
        Submitted::Changed => None,
    }
}

#[tokio::test]
async fn a_number_falls_back_with_its_transaction() {
    each(async |database| {
        let world = World::new(database).await;
        let mut kept = Vec::new();
        for turn in 0..30 {
            // A draft that was not filed stays open, and a person has only one.
            world.discard_open().await;
            kept.extend(file(&world, turn).await);
        }
        assert_eq!(kept, (1..=20).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn numbers_taken_at_the_same_moment_have_no_gap() {
    each(async |database| {
        let world = World::new(database).await;
        let mut all: Vec<Invio> = Vec::new();
        for turn in 0..40 {
            let (persona, draft) = world.newcomer(turn).await;
            let mut invio = world.invio(draft, &[&format!("C{turn}"), &format!("D{turn}")]);
            (invio.persona_id, invio.steps) = (persona, Vec::new());
            // Half of them name a revision that is not there.
            invio.revision = 1 + (turn % 2);
            all.push(invio);
        }
        let filed = join_all(all.iter().map(|invio| world.submit(invio))).await;
        let mut numeri = Vec::new();
        let mut protocolli = Vec::new();
        for filed in filed {
            if let Submitted::Filed { numeri: two, protocollo } = filed.unwrap() {
                numeri.extend(two);
                protocolli.extend(protocollo);
            }
        }
        numeri.sort_unstable();
        protocolli.sort_unstable();
        assert_eq!(numeri, (1..=40).collect::<Vec<_>>());
        assert_eq!(protocolli, (4_001..=4_020).collect::<Vec<_>>());
        let ente = world.ente;
        let stand = world.read(async move |read| contatore::all(read, ente).await).await;
        assert_eq!(stand.iter().map(|row| row.ultimo).collect::<Vec<_>>(), [40, 4_020]);
    })
    .await;
}

#[tokio::test]
async fn a_year_begins_anew_and_an_external_register_gives_no_number() {
    each(async |database| {
        let world = World::new(database).await;
        world.filed(&["A"]).await;
        let mut next_year = world.invio(world.draft().await, &["B", "C"]);
        (next_year.anno, next_year.first_numero) = (2027, 101);
        next_year.registrazione.register = Register::External { job: new_job("protocollazione") };
        let filed = world.submit(&next_year).await.unwrap();
        assert_eq!(filed, Submitted::Filed { numeri: vec![101, 102], protocollo: None });
        let ente = world.ente;
        let stand = world.read(async move |read| contatore::all(read, ente).await).await;
        let stand: Vec<_> = stand.iter().map(|row| (row.serie.as_str(), row.anno, row.ultimo)).collect();
        assert_eq!(stand, [("pratica", 2026, 1), ("pratica", 2027, 102), ("protocollo:AOO1", 2026, 4_001)]);
    })
    .await;
}

#[tokio::test]
async fn a_series_of_any_name_counts_by_year_and_falls_back() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        let next = async |of, serie: &'static str, anno| {
            database.store.write(of, async move |tx| contatore::next(tx, of, serie, anno).await).await.unwrap()
        };
        assert_eq!((next(ente, "fattura/M", 2026).await, next(ente, "fattura/M", 2026).await), (1, 2));
        assert_eq!((next(ente, "fattura/M", 2027).await, next(ente, "avviso", 2026).await), (1, 1));
        assert_eq!(next(neighbour, "fattura/M", 2026).await, 1);
        let refused = world.write(async move |tx| {
            contatore::next(tx, ente, "fattura/M", 2026).await?;
            Err::<(), _>(Error::refused("no"))
        });
        assert!(refused.await.is_err());
        let block = world.write(async move |tx| contatore::next_block(tx, ente, "fattura/M", 2026, 40).await);
        assert_eq!((block.await.unwrap(), next(ente, "fattura/M", 2026).await), (3, 43));
        let empty = world.write(async move |tx| contatore::next_block(tx, ente, "fattura/M", 2026, 0).await).await;
        assert!(matches!(empty, Err(Error::Refused(_))), "{empty:?}");
    })
    .await;
}
