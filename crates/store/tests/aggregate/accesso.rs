use crate::fixture::{World, later};
use chrono::TimeDelta;
use futures::future::join_all;
use sportello_domain::{
    id::EnteId,
    identita::{IdentityLevel, IdentityScheme},
};
use sportello_store::{
    Error, Json,
    identity_provider::{self, IdentityProviderRow},
    saml_log::{self, SamlLogRow},
    saml_request::{self, SamlRequestRow},
    seal::Sealed,
    session::SessionKind,
    spid_key::{self, SpidKeyRow},
    testing::{each, id, now},
};

fn provider(entity_id: &str, name: &str) -> IdentityProviderRow {
    IdentityProviderRow {
        entity_id: entity_id.to_owned(),
        name: name.to_owned(),
        sso_url: "https://idp.example/sso".to_owned(),
        certificates: Json(vec!["MII".to_owned()]),
        scheme: IdentityScheme::Spid,
        enabled: true,
        simulated: false,
    }
}

fn request() -> SamlRequestRow {
    SamlRequestRow {
        id: format!("_{}", id()),
        provider: "https://idp.example".to_owned(),
        scheme: IdentityScheme::Spid,
        issued_at: now(),
        level: IdentityLevel::L2,
        destination: "/compila".to_owned(),
        audience: SessionKind::Cittadino,
        relay_state: "r".to_owned(),
        prelogin_hash: vec![7; 32],
    }
}

#[tokio::test]
async fn an_ente_sees_the_providers_of_the_installation_and_its_own() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour) = (world.ente, world.neighbour().await);
        let platform = database.store.write(EnteId::PLATFORM, async move |tx| {
            identity_provider::put(tx, EnteId::PLATFORM, &provider("a", "Alfa")).await?;
            let mut off = provider("off", "Spento");
            off.enabled = false;
            identity_provider::put(tx, EnteId::PLATFORM, &off).await
        });
        platform.await.unwrap();
        let own = world.write(async move |tx| {
            identity_provider::put(tx, ente, &provider("a", "Alfa di prova")).await?;
            identity_provider::put(tx, ente, &provider("v", "Validatore")).await
        });
        own.await.unwrap();
        let names = async |ente| {
            let read = database.store.read(ente, async move |read| {
                let one = identity_provider::by_entity_id(read, ente, "a")
                    .await?
                    .map(|row| row.name);
                let off = identity_provider::by_entity_id(read, ente, "off").await?;
                let all = identity_provider::enabled(read, ente).await?;
                Ok((one.unwrap(), off.is_some(), all.len()))
            });
            read.await.unwrap()
        };
        assert_eq!(names(ente).await, ("Alfa di prova".to_owned(), false, 3));
        assert_eq!(names(neighbour).await, ("Alfa".to_owned(), false, 1));
        let removed = world
            .write(async move |tx| identity_provider::remove(tx, ente, "a").await)
            .await
            .unwrap();
        assert!(removed);
        assert_eq!(names(ente).await.0, "Alfa");
    })
    .await;
}

#[tokio::test]
async fn the_newest_key_signs_and_a_version_is_taken_once() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let key = |version| SpidKeyRow {
            version,
            sealed_private_key: Sealed::from_bytes(vec![u8::try_from(version).unwrap()]),
            certificate_pem: "PEM".to_owned(),
            created_at: now(),
        };
        let (one, two, twin) = (key(1), key(2), key(2));
        let current = world.write(async move |tx| {
            spid_key::add(tx, ente, &one).await?;
            spid_key::add(tx, ente, &two).await?;
            spid_key::current(tx, ente).await
        });
        assert_eq!(
            current.await.unwrap().unwrap().sealed_private_key,
            Sealed::from_bytes(vec![2])
        );
        let again = world.write(async move |tx| spid_key::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_request_is_used_up_by_its_browser_in_time_and_at_its_ente() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, neighbour, sent) = (world.ente, world.neighbour().await, request());
        let key = sent.id.clone();
        let kept = sent.clone();
        world
            .write(async move |tx| saml_request::issue(tx, ente, &kept).await)
            .await
            .unwrap();
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
        let pending = world
            .read(async move |read| saml_request::pending(read, ente, &pending, later(-15)).await)
            .await;
        assert_eq!(pending.as_ref(), Some(&sent));
        let all = join_all((0..20).map(|_| consume(ente, later(-15), 7))).await;
        assert_eq!(
            all.into_iter().flatten().collect::<Vec<_>>(),
            [sent],
            "once, however many ask"
        );
        let pending = key.clone();
        let pending = world
            .read(async move |read| saml_request::pending(read, ente, &pending, later(-15)).await)
            .await;
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
            Ok((
                first,
                replay,
                gone,
                saml_request::remember_assertion(tx, ente, "_a", later(9)).await?,
            ))
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
        provider: None,
        sealed_request: None,
        sealed_response: Some(Sealed::from_bytes(vec![9])),
        response_id: None,
        assertion_id: None,
        outcome: "refused".to_owned(),
        at: now() + TimeDelta::days(day),
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
            let of_request = saml_log::of_request(tx, ente, "_r").await?.len();
            let before = now() + TimeDelta::days(2);
            let purged = (
                saml_log::purge(tx, ente, before, 1).await?,
                saml_log::purge(tx, ente, before, 9).await?,
            );
            Ok((of_request, purged, saml_log::of_request(tx, ente, "_r").await?.len()))
        });
        assert_eq!(logged.await.unwrap(), (2, (1, 1), 0));
    })
    .await;
}
