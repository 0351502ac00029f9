use crate::fixture::settings;
use sportello_domain::{ente::Ente, id::EnteId};
use sportello_store::{
    Error, ente,
    testing::{each, id, now},
};

fn prova(slug: &str, host: Option<&str>) -> Ente {
    Ente {
        id: EnteId::new(id()),
        slug: slug.to_owned(),
        host: host.map(str::to_owned),
        settings: settings(),
    }
}

#[tokio::test]
async fn an_ente_is_found_by_slug_and_host() {
    each(async |database| {
        let (a, b) = (prova("alfa", Some("servizi.alfa.example")), prova("beta", None));
        let (new_a, new_b) = (a.clone(), b.clone());
        let added = database.store.write(EnteId::PLATFORM, async move |tx| {
            ente::add(tx, &new_a, now()).await?;
            ente::add(tx, &new_b, now()).await
        });
        added.await.unwrap();
        let found = database.store.read(EnteId::PLATFORM, async move |read| {
            let host = ente::by_host(read, "servizi.alfa.example").await?;
            let nobody = ente::by_host(read, "altro.example").await?;
            Ok((ente::all(read).await?, ente::by_slug(read, "beta").await?, host, nobody))
        });
        let (all, slug, host, nobody) = found.await.unwrap();
        assert_eq!(all, [a.clone(), b.clone()]);
        assert_eq!((slug, host, nobody), (Some(b), Some(a), None));
    })
    .await;
}

#[tokio::test]
async fn a_slug_is_taken_once_and_settings_can_change() {
    each(async |database| {
        let (a, twin) = (prova("alfa", None), prova("alfa", None));
        let mut changed = a.clone();
        changed.settings.name = "Comune di Altrove".to_owned();
        let expected = changed.clone();
        database
            .store
            .write(EnteId::PLATFORM, async move |tx| ente::add(tx, &a, now()).await)
            .await
            .unwrap();
        let again = database
            .store
            .write(EnteId::PLATFORM, async move |tx| ente::add(tx, &twin, now()).await)
            .await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let key = changed.id;
        let set = database.store.write(EnteId::PLATFORM, async move |tx| {
            let unknown = ente::set(tx, &prova("niente", None)).await?;
            Ok((ente::set(tx, &changed).await?, unknown, ente::by_id(tx, key).await?))
        });
        assert_eq!(set.await.unwrap(), (true, false, Some(expected)));
    })
    .await;
}
