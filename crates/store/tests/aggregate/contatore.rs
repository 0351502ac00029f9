use crate::fixture::World;
use futures::future::join_all;
use sportello_store::{
    Error,
    contatore::{self, PRATICA},
    testing::each,
};

#[tokio::test]
async fn numbers_begin_where_they_should_and_follow_each_other() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let taken = world.write(async move |tx| {
            let first = contatore::take(tx, ente, PRATICA, 2026, 1, 3).await?;
            let next = contatore::take(tx, ente, PRATICA, 2026, 1, 1).await?;
            let other_year = contatore::take(tx, ente, PRATICA, 2027, 1, 1).await?;
            let serie = contatore::protocollo("AOO1");
            let protocollo = contatore::take(tx, ente, &serie, 2026, 4_001, 1).await?;
            let then = contatore::take(tx, ente, &serie, 2026, 4_001, 2).await?;
            Ok([first, next, other_year, protocollo, then])
        });
        assert_eq!(taken.await.unwrap(), [1, 4, 1, 4_001, 4_002]);
        let stand = world.read(async move |read| contatore::all(read, ente).await).await;
        assert_eq!(stand.iter().map(|row| row.ultimo).collect::<Vec<_>>(), [4, 1, 4_003]);
    })
    .await;
}

#[tokio::test]
async fn a_number_falls_back_with_its_transaction() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let taken = (0..90).map(|turn| {
            world.write(async move |tx| {
                let numero = contatore::take(tx, ente, PRATICA, 2026, 1, 1).await?;
                if turn % 3 == 0 {
                    Err(Error::refused("no"))
                } else {
                    Ok(numero)
                }
            })
        });
        let mut kept: Vec<i64> = join_all(taken).await.into_iter().flatten().collect();
        kept.sort_unstable();
        assert_eq!(kept, (1..=60).collect::<Vec<_>>());
    })
    .await;
}
