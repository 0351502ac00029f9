use crate::fixture::{World, later};
use chrono::TimeDelta;
use futures::future::join_all;
use sportello_domain::{
    id::SessionId,
    identita::{IdentityLevel, IdentityScheme},
};
use sportello_store::{
    binds,
    saml_log::{self, SamlLogRow},
    saml_request::{self, SamlRequestRow},
    seal::Sealed,
    session::SessionKind,
    testing::{each, id, now},
};

fn request() -> SamlRequestRow {
    SamlRequestRow {
        id: format!("_{}", id()),
        provider: "https://idp.example".to_owned(),
        scheme: IdentityScheme::Spid,
        issued_at: now(),
        level: IdentityLevel::L2,
        destination: "/compila".to_owned(),
        audience: SessionKind::Cittadino,
        prelogin_hash: vec![7; 32],
        browser: "Firefox, Windows".to_owned(),
        replaces: Some(SessionId::new(id())),
    }
}

const LOGGED: &str = "SELECT count(*) FROM saml_log WHERE ente_id = $1 AND request_id = '_r'";

#[tokio::test]
async fn a_request_is_used_up_by_its_browser_in_time_and_at_its_ente() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour, sent) = (world.ente, world.neighbour().await, request());
        let key = sent.id.clone();
        let kept = sent.clone();
        world.write(async move |tx| saml_request::issue(tx, ente, &kept).await).await.unwrap();
        let consume = async |ente, issued_after, prelogin: u8| {
            let key = key.clone();
            let consumed = database.store.write(ente, async move |tx| {
                saml_request::consume(tx, ente, &key, issued_after, &[prelogin; 32], later(1)).await
            });
            consumed.await.unwrap()
        };
        assert_eq!(consume(neighbour, later(-15), 7).await, None, "another ente");
        assert_eq!(consume(ente, later(-15), 8).await, None, "another browser");
        assert_eq!(consume(ente, now(), 7).await, None, "too old");
        let pending = key.clone();
        let pending = world.read(async move |read| saml_request::pending(read, ente, &pending, later(-15)).await).await;
        assert_eq!(pending.as_ref(), Some(&sent));
        let all = join_all((0..20).map(|_| consume(ente, later(-15), 7))).await;
        assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), [sent], "once, however many ask");
        let pending = key.clone();
        let pending = world.read(async move |read| saml_request::pending(read, ente, &pending, later(-15)).await).await;
        assert_eq!(pending, None);
    })
    .await;
}

#[tokio::test]
async fn an_assertion_is_taken_once_until_it_expires() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, old) = (world.ente, request());
        let key = old.id.clone();
        let seen = world.write(async move |tx| {
            saml_request::issue(tx, ente, &old).await?;
            let first = saml_request::remember_assertion(tx, ente, "_a", later(5)).await?;
            let replay = saml_request::remember_assertion(tx, ente, "_a", later(9)).await?;
            saml_request::purge(tx, ente, now(), later(5)).await?;
            let gone = saml_request::pending(tx, ente, &key, later(-60)).await?.is_none();
            Ok((first, replay, gone, saml_request::remember_assertion(tx, ente, "_a", later(9)).await?))
        });
        assert_eq!(seen.await.unwrap(), (true, false, true, true));
    })
    .await;
}

/// A refused answer, received `day` days from now.
pub fn message(day: i64, request: Option<&str>) -> SamlLogRow {
    SamlLogRow {
        id: id(),
        request_id: request.map(str::to_owned),
        sealed_response: Some(Sealed::from_bytes(vec![9])),
        outcome: "refused".to_owned(),
        at: now() + TimeDelta::days(day),
        ..SamlLogRow::default()
    }
}

#[tokio::test]
async fn the_log_keeps_broken_answers_too_and_ends_after_its_time() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let rows = [message(0, Some("_r")), message(1, Some("_r")), message(2, None)];
        let logged = world.write(async move |tx| {
            for row in &rows {
                saml_log::record(tx, ente, row).await?;
            }
            let logged: (i64,) = tx.fetch_one(LOGGED, binds![ente]).await?;
            let before = now() + TimeDelta::days(2);
            let purged = (saml_log::purge(tx, ente, before, 1).await?, saml_log::purge(tx, ente, before, 9).await?);
            let left: (i64,) = tx.fetch_one(LOGGED, binds![ente]).await?;
            Ok((logged.0, purged, left.0))
        });
        assert_eq!(logged.await.unwrap(), (2, (1, 1), 0));
    })
    .await;
}
