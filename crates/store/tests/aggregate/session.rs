use crate::fixture::{PARENT, World, later};
use chrono::TimeDelta;
use sportello_domain::{
    id::{EnteId, SessionId},
    identita::{IdentityLevel, IdentityScheme},
    ruolo::{Ambito, Ruolo},
};
use sportello_store::{
    Result, Tx,
    ruolo::{self, NewRuolo},
    session::{self, NewSession, SessionKind},
    testing::{each, id, now},
};

fn session_of(world: &World, token: u8) -> NewSession {
    NewSession {
        id: SessionId::new(id()),
        token_hash: vec![token; 32],
        kind: SessionKind::Ufficio,
        persona_id: world.persona,
        scheme: IdentityScheme::Spid,
        level: IdentityLevel::L2,
        csrf: "csrf".to_owned(),
        provider: Some("https://idp.example".to_owned()),
        name_id: Some("_n".to_owned()),
        session_index: None,
        browser: "Firefox, Windows".to_owned(),
        device_hash: None,
        created_at: now(),
        expires_at: later(480),
    }
}

#[tokio::test]
async fn a_secret_opens_its_session_with_person_and_roles() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, new, neighbour) = (world.ente, session_of(&world, 1), world.neighbour().await);
        let key = new.id;
        let created = world.write(async move |tx| {
            for (role, ambito) in [
                (Ruolo::Auditor, Ambito::Ente),
                (Ruolo::Responsabile, Ambito::Ente),
                (Ruolo::Responsabile, Ambito::Servizio("mensa".to_owned())),
                (Ruolo::Ragioneria, Ambito::Ente),
            ] {
                let new =
                    NewRuolo { id: id(), codice_fiscale: PARENT.to_owned(), ruolo: role, ambito, by: None, at: now() };
                ruolo::grant(tx, ente, &new).await?;
                if role == Ruolo::Ragioneria {
                    ruolo::revoke(tx, ente, new.id, None, now()).await?;
                }
            }
            session::create(tx, ente, &new).await
        });
        created.await.unwrap();
        let live = async |ente, token: u8, at, idle_since| {
            let found = database
                .store
                .read(ente, async move |read| session::by_token(read, ente, &[token; 32], at, idle_since).await);
            found.await.unwrap()
        };
        let found = live(ente, 1, later(1), later(-19)).await.unwrap();
        assert_eq!((found.id, found.persona_id, found.level), (key, world.persona, IdentityLevel::L2));
        assert_eq!((found.nome.as_str(), found.codice_fiscale.as_str()), ("Laura", PARENT));
        let mut roles = found.roles().unwrap();
        roles.sort_by_key(|ruolo| ruolo.stored());
        assert_eq!(roles, [Ruolo::Auditor, Ruolo::Responsabile]);
        assert!(live(ente, 2, later(1), later(-19)).await.is_none(), "another secret");
        assert!(live(ente, 1, later(480), later(460)).await.is_none(), "ended");
        assert!(live(ente, 1, later(21), later(1)).await.is_none(), "idle");
        assert!(live(neighbour, 1, later(1), later(-19)).await.is_none(), "another ente");
    })
    .await;
}

#[tokio::test]
async fn use_is_written_once_a_minute() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, new) = (world.ente, session_of(&world, 1));
        let key = new.id;
        let touched = world.write(async move |tx| {
            session::create(tx, ente, &new).await?;
            let soon = session::touch(tx, ente, key, now() + TimeDelta::seconds(59)).await?;
            let minute = session::touch(tx, ente, key, later(1)).await?;
            let again = session::touch(tx, ente, key, later(1) + TimeDelta::seconds(1)).await?;
            let found = session::by_token(tx, ente, &[1; 32], later(21), later(0)).await?;
            Ok((soon, minute, again, found.map(|row| (row.last_seen_at, row.needs_touch(later(1))))))
        });
        assert_eq!(touched.await.unwrap(), (false, true, false, Some((later(1), false))));
    })
    .await;
}

#[tokio::test]
async fn sessions_end_one_by_one_or_by_time() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let news: Vec<NewSession> = (1..=4).map(|token| session_of(&world, token)).collect();
        let first = news[0].id;
        let mut old = session_of(&world, 9);
        old.expires_at = later(10);
        let ended = world.write(async move |tx| {
            for new in news.iter().chain([&old]) {
                session::create(tx, ente, new).await?;
            }
            let one = (session::end(tx, ente, first).await?.is_some(), session::end(tx, ente, first).await?.is_some());
            let purged = session::purge(tx, ente, later(10)).await?;
            let live = live_count(tx, ente).await?;
            Ok((one, purged, live))
        });
        assert_eq!(ended.await.unwrap(), ((true, false), 1, 3));
    })
    .await;
}

async fn live_count(tx: &mut Tx, ente: EnteId) -> Result<usize> {
    let mut count = 0;
    for token in 0..10 {
        let found = session::by_token(tx, ente, &[token; 32], later(1), later(-19)).await?;
        count += usize::from(found.is_some());
    }
    Ok(count)
}
