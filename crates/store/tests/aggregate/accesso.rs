use crate::fixture::World;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_store::{
    Error, Json,
    identity_provider::{self, IdentityProviderRow},
    seal::Sealed,
    spid_key::{self, KeyStatus, SpidKeyRow},
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
        let key = |version, status| SpidKeyRow {
            version,
            status,
            sealed_private_key: Sealed::from_bytes(vec![u8::try_from(version).unwrap()]),
            certificate_pem: "PEM".to_owned(),
            created_at: now(),
        };
        use KeyStatus::{InUse, Published, Retired};
        let (one, two) = (key(1, InUse), key(2, Published));
        let (twin, second) = (key(2, Retired), key(3, InUse));
        let rolled = world.write(async move |tx| {
            spid_key::add(tx, ente, &one).await?;
            spid_key::add(tx, ente, &two).await?;
            assert!(spid_key::set_status(tx, ente, 1, Retired).await?);
            assert!(spid_key::set_status(tx, ente, 2, InUse).await?);
            assert!(!spid_key::set_status(tx, ente, 2, InUse).await?);
            let all = spid_key::all(tx, ente).await?;
            assert_eq!(all[1].sealed_private_key, Sealed::from_bytes(vec![2]));
            spid_key::states(tx, ente).await
        });
        assert_eq!(rolled.await.unwrap(), [(1, Retired), (2, InUse)]);
        let again = world.write(async move |tx| spid_key::add(tx, ente, &second).await).await;
        assert!(matches!(again, Err(Error::Unique)), "two keys that sign: {again:?}");
        let again = world.write(async move |tx| spid_key::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
    })
    .await;
}
