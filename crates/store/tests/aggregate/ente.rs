use sportello_domain::{ente::Ente, id::EnteId};
use sportello_store::{
    Error, ente,
    testing::{each, id, now, settings},
};

fn prova(slug: &str, host: Option<&str>) -> Ente {
    Ente { id: EnteId::new(id()), slug: slug.to_owned(), host: host.map(str::to_owned), settings: settings(slug) }
}

#[tokio::test]
async fn enti_are_listed_by_slug_and_a_slug_is_taken_once() {
    each(async |database| {
        let (b, a) = (prova("beta", None), prova("alfa", Some("servizi.alfa.example")));
        let (new_a, new_b, twin) = (a.clone(), b.clone(), prova("alfa", None));
        let added = database.store.write(EnteId::PLATFORM, async move |tx| {
            ente::add(tx, &new_b, now()).await?;
            ente::add(tx, &new_a, now()).await
        });
        added.await.unwrap();
        let again = database.store.write(EnteId::PLATFORM, async move |tx| ente::add(tx, &twin, now()).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let all = database.store.read(EnteId::PLATFORM, async |read| ente::all(read).await);
        assert_eq!(all.await.unwrap(), [a, b]);
    })
    .await;
}

#[tokio::test]
async fn the_settings_of_one_ente_change_and_no_others() {
    each(async |database| {
        let (a, b) = (prova("alfa", None), prova("beta", None));
        let (new_a, new_b, key) = (a.clone(), b.clone(), a.id);
        let changed = database.store.write(EnteId::PLATFORM, async move |tx| {
            ente::add(tx, &new_a, now()).await?;
            ente::add(tx, &new_b, now()).await?;
            let nobody = ente::change(tx, EnteId::new(id()), &settings("altro")).await?;
            Ok((ente::change(tx, key, &settings("altro")).await?, nobody))
        });
        assert_eq!(changed.await.unwrap(), (true, false));
        let all = database.store.read(EnteId::PLATFORM, async |read| ente::all(read).await);
        assert_eq!(all.await.unwrap(), [Ente { settings: settings("altro"), ..a }, b]);
    })
    .await;
}
