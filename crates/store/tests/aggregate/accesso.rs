use crate::fixture::World;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_store::{
    Error, Json,
    identity_provider::{self, IdentityProviderRow},
    seal::Sealed,
    spid_key::{self, SpidKeyRow},
    testing::{each, now},
};

fn provider(entity_id: &str, name: &str) -> IdentityProviderRow {
    IdentityProviderRow {
        entity_id: entity_id.to_owned(),
        name: name.to_owned(),
        sso_url: "https://idp.example/sso".to_owned(),
        sso_redirect_url: Some("https://idp.example/sso/redirect".to_owned()),
        by_redirect: false,
        slo_post_url: Some("https://idp.example/slo".to_owned()),
        slo_post_response_url: None,
        slo_redirect_url: Some("https://idp.example/slo/redirect".to_owned()),
        slo_redirect_response_url: Some("https://idp.example/slo/answer".to_owned()),
        certificates: Json(vec!["MII".to_owned()]),
        scheme: IdentityScheme::Spid,
        enabled: true,
        simulated: false,
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
            let validator = IdentityProviderRow { by_redirect: true, ..provider("v", "Validatore") };
            identity_provider::put(tx, ente, &validator).await?;
            identity_provider::by_entity_id(tx, ente, "v").await.map(|read| assert_eq!(read, Some(validator)))
        });
        own.await.unwrap();
        let names = async |ente| {
            let read = database.store.read(ente, async move |read| {
                let one = identity_provider::by_entity_id(read, ente, "a").await?.map(|row| row.name);
                let off = identity_provider::by_entity_id(read, ente, "off").await?;
                let all = identity_provider::enabled(read, ente).await?;
                Ok((one.unwrap(), off.is_some(), all.len()))
            });
            read.await.unwrap()
        };
        assert_eq!(names(ente).await, ("Alfa di prova".to_owned(), false, 3));
        assert_eq!(names(neighbour).await, ("Alfa".to_owned(), false, 1));
        let removed = world.write(async move |tx| identity_provider::remove(tx, ente, "a").await).await.unwrap();
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
        assert_eq!(current.await.unwrap().unwrap().sealed_private_key, Sealed::from_bytes(vec![2]));
        let again = world.write(async move |tx| spid_key::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
    })
    .await;
}
