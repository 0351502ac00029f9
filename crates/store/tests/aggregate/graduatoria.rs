//! Who stands before whom by points, and who is called from the waiting list.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{PersonaId, PraticaId},
    pratica::PraticaStatus,
};
use sportello_store::{
    Tx, binds,
    compito::{self, CompitoKind},
    graduatoria::{self, NewPunti},
    invio::Submitted,
    scarto_parti,
    seal::Sealed,
    testing::{each, id, now},
};

use crate::fixture::{ANNO, MENSA, World, day, later};

/// A pratica as the naive reference knows it.
#[derive(Clone, Debug)]
struct One {
    id: PraticaId,
    punti: i64,
    at: DateTime<Utc>,
    born_on: Option<NaiveDate>,
    numero: i64,
    status: PraticaStatus,
}

/// Files pratiche of one INVIA with these points and days of birth.
async fn file(world: &World, anno: AnnoScolastico, at: DateTime<Utc>, points: &[(i64, Option<NaiveDate>)]) -> Vec<One> {
    let codes: Vec<String> = points.iter().map(|_| id().to_string()).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let mut invio = world.invio(world.draft().await, &codes);
    (invio.anno_scolastico, invio.received_at) = (anno, at);
    for (new, (punti, born_on)) in invio.pratiche.iter_mut().zip(points) {
        let sealed_criteri = Sealed::from_bytes(vec![7; 3]);
        new.punti = Some(NewPunti { punti: *punti, sealed_criteri, born_on: *born_on });
    }
    let Submitted::Filed { numeri, .. } = world.submit(&invio).await.unwrap() else { panic!("the draft is open") };
    let filed = invio.pratiche.iter().zip(points).zip(numeri);
    filed
        .map(|((new, (punti, born_on)), numero)| {
            let (punti, born_on) = (*punti, *born_on);
            One { id: new.id, punti, at, born_on, numero, status: PraticaStatus::Registered }
        })
        .collect()
}

async fn set(world: &World, one: &mut One, status: PraticaStatus) {
    let (ente, key) = (world.ente, one.id);
    let sql = "UPDATE pratica SET status = $3 WHERE ente_id = $1 AND id = $2";
    world.write(async move |tx| tx.execute(sql, binds![ente, key, status]).await).await.unwrap();
    one.status = status;
}

/// The places as they stand in the database, in their order.
async fn places(world: &World, anno: AnnoScolastico, all: &[One]) -> Vec<PraticaId> {
    let (ente, ids) = (world.ente, all.iter().map(|one| one.id).collect::<Vec<_>>());
    world
        .read(async move |read| {
            let rows = graduatoria::order(read, ente, (MENSA, anno), 0, 500).await?;
            assert_eq!(graduatoria::live(read, ente, MENSA, anno).await?, rows.len() as i64);
            assert_eq!(graduatoria::filed(read, ente, MENSA, anno).await?, ids.len() as i64);
            for id in ids {
                let place = graduatoria::place(read, ente, (MENSA, anno), id).await?;
                let listed = rows.iter().find(|row| row.pratica_id == id).map(|row| row.place);
                assert_eq!(place, listed, "one asked alone stands where the list has it");
            }
            assert!(rows.iter().map(|row| row.position).eq(1..=rows.len() as i64), "without a gap");
            // In two parts it is the same list.
            let tail = graduatoria::order(read, ente, (MENSA, anno), 2, 500).await?;
            assert!(tail.iter().eq(rows.iter().skip(2)));
            Ok(rows.into_iter().map(|row| row.pratica_id).collect())
        })
        .await
}

/// The same by hand.
fn naive(all: &[One]) -> Vec<PraticaId> {
    use PraticaStatus::{Annulled, Rejected, Withdrawn};
    let mut live: Vec<&One> = Vec::new();
    for one in all {
        if one.status != Annulled && one.status != Rejected && one.status != Withdrawn {
            live.push(one);
        }
    }
    live.sort_by_key(|one| (Reverse(one.punti), one.at, Reverse(one.born_on), one.numero));
    live.into_iter().map(|one| one.id).collect()
}

async fn called(world: &World, anno: AnnoScolastico, posti: i64) -> Vec<PraticaId> {
    let (ente, laura): (_, PersonaId) = (world.ente, world.persona);
    let rows = world.read(async move |read| graduatoria::called(read, ente, (MENSA, anno), (posti, false)).await).await;
    assert!(rows.iter().all(|(_, persona)| *persona == laura));
    rows.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn points_come_first_then_the_instant_then_the_younger_child_then_the_number() {
    each(async |database| {
        let world = World::new(database).await;
        let (old, young) = (Some(day(2016, 1, 1)), Some(day(2018, 1, 1)));
        let first = file(&world, ANNO, now(), &[(5, old), (5, young), (5, None), (5, young), (9, None)]).await;
        let later_one = file(&world, ANNO, later(1), &[(5, young), (50, old)]).await;
        let all: Vec<One> = first.iter().chain(&later_one).cloned().collect();
        let ids = |of: &[usize]| of.iter().map(|at| all[*at].id).collect::<Vec<_>>();
        assert_eq!(places(&world, ANNO, &all).await, ids(&[6, 4, 1, 3, 0, 2, 5]));
        assert_eq!(places(&world, ANNO, &all).await, naive(&all));
        // Another school year is another ranking, another ente sees nothing of it.
        assert!(places(&world, AnnoScolastico::beginning_in(2027), &[]).await.is_empty());
        let neighbour = world.neighbour().await;
        let there = async move |read: &mut sportello_store::Read| graduatoria::live(read, neighbour, MENSA, ANNO).await;
        assert_eq!(world.store.read(neighbour, there).await.unwrap(), 0);
    })
    .await;
}

/// A draw below a limit, always the same after the same seed.
fn draw(seed: &mut u64, below: u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*seed >> 33) % below) as usize
}

#[tokio::test]
async fn a_hundred_sequences_of_filings_and_give_ups_stand_as_the_naive_reference_says() {
    each(async |database| {
        let world = World::new(database).await;
        let births = [None, Some(day(2017, 5, 1)), Some(day(2018, 2, 3))];
        let states = [
            PraticaStatus::WaitingList,
            PraticaStatus::Withdrawn,
            PraticaStatus::Accepted,
            PraticaStatus::Rejected,
            PraticaStatus::InReview,
            PraticaStatus::Annulled,
        ];
        for sequence in 0..100 {
            let (mut seed, anno) = (sequence, AnnoScolastico::beginning_in(1900 + sequence as i32));
            let mut all: Vec<One> = Vec::new();
            for _ in 0..3 + draw(&mut seed, 4) {
                let at = later(draw(&mut seed, 3) as i64);
                let children = 1 + draw(&mut seed, 2);
                let points: Vec<_> =
                    (0..children).map(|_| (5 * draw(&mut seed, 3) as i64, births[draw(&mut seed, 3)])).collect();
                all.extend(file(&world, anno, at, &points).await);
                let chosen = draw(&mut seed, all.len() as u64);
                let status = states[draw(&mut seed, states.len() as u64)];
                set(&world, &mut all[chosen], status).await;
            }
            let stands = naive(&all);
            assert_eq!(places(&world, anno, &all).await, stands, "sequence {sequence}: {all:?}");
            let posti = draw(&mut seed, 5);
            let waits =
                |id: &PraticaId| all.iter().any(|one| one.id == *id && one.status == PraticaStatus::WaitingList);
            let accepted =
                |id: &PraticaId| all.iter().any(|one| one.id == *id && one.status == PraticaStatus::Accepted);
            // Whoever was accepted has a place, out of turn or not: the others come behind.
            let (given, others): (Vec<_>, Vec<_>) = stands.iter().copied().partition(accepted);
            let within: Vec<_> = given.into_iter().chain(others).take(posti).filter(waits).collect();
            assert_eq!(called(&world, anno, posti as i64).await, within, "sequence {sequence}: {all:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_was_called_is_not_called_again() {
    each(async |database| {
        let world = World::new(database).await;
        let mut all = file(&world, ANNO, now(), &[(9, None), (5, None), (1, None)]).await;
        for one in &mut all[1..] {
            set(&world, one, PraticaStatus::WaitingList).await;
        }
        assert_eq!(called(&world, ANNO, 1).await, []);
        assert_eq!(called(&world, ANNO, 2).await, [all[1].id]);
        let (ente, key, laura) = (world.ente, all[1].id, world.persona);
        let task = async move |tx: &mut Tx| compito::add(tx, ente, (id(), CompitoKind::Posto), key, now()).await;
        world.write(task).await.unwrap();
        assert_eq!(called(&world, ANNO, 2).await, []);
        let settle = async move |tx: &mut Tx| {
            compito::settle(tx, ente, (key, CompitoKind::Certificazione), laura, now()).await?;
            assert_eq!(compito::open(tx, ente, None, 10).await?.len(), 1, "a task of another kind stays");
            compito::settle(tx, ente, (key, CompitoKind::Posto), laura, now()).await?;
            compito::open(tx, ente, None, 10).await
        };
        assert_eq!(world.write(settle).await.unwrap(), []);
        assert_eq!(called(&world, ANNO, 3).await, [all[2].id], "one that was called and answered is not called again");
    })
    .await;
}

#[tokio::test]
async fn the_points_outlive_the_criteria_that_gave_them() {
    each(async |database| {
        let world = World::new(database).await;
        let all = file(&world, ANNO, now(), &[(9, None)]).await;
        let (ente, key) = (world.ente, all[0].id);
        let found =
            async || world.read(async move |read| graduatoria::of_pratica(read, ente, key).await).await.unwrap();
        let (punti, sealed) = found().await;
        assert_eq!((punti, sealed.map(|sealed| sealed.as_bytes().to_vec())), (9, Some(vec![7; 3])));
        world.write(async move |tx| scarto_parti::forget_criteri(tx, ente, key).await).await.unwrap();
        let (punti, sealed) = found().await;
        assert_eq!((punti, sealed.is_none()), (9, true));
    })
    .await;
}
