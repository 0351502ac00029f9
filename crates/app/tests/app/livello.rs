//! A service that asks for certified keys: its drafts and what was filed stay shut for whoever has signed in with less.

use chrono::TimeDelta;
use sportello_app::{
    Actor, Ctx, Error, bozza, invio,
    modello::Booking,
    pratica, prenotazione,
    testing::{App, Domanda, Figlio, MODELLO, each},
};
use sportello_domain::identita::IdentityLevel;

/// The same person, signed in with certified keys.
fn sure(ctx: &Ctx) -> Ctx {
    let mut sure = ctx.clone();
    if let Actor::Cittadino(signed) = &mut sure.actor {
        signed.level = IdentityLevel::L3;
    }
    sure
}

fn shut<T: std::fmt::Debug>(what: &str, outcome: sportello_app::Result<T>) {
    assert!(matches!(outcome, Err(Error::LevelNeeded(IdentityLevel::L3))), "{what}: {outcome:?}");
}

#[tokio::test]
async fn what_was_filed_opens_at_the_level_of_its_service() {
    each(async |app: &App| {
        let now = app.clock.now();
        let window = (now - TimeDelta::days(1), now + TimeDelta::days(30));
        app.publish_at_level(IdentityLevel::L3, window).await;
        let low = app.cittadino("Rossi").await;
        let sure = sure(&low);
        shut("a new draft", bozza::start(&app.portal, &low, MODELLO).await);
        let draft = bozza::start(&app.portal, &sure, MODELLO).await.unwrap();
        shut("throwing a draft away", bozza::discard(&app.portal, &low, draft).await);
        bozza::discard(&app.portal, &sure, draft).await.unwrap();

        let (bozza, pratiche) = app.file(&sure, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        app.work().await;
        let id = pratiche[0];
        assert_eq!(pratica::list(&app.portal, &low).await.unwrap().len(), 1, "that it is there may be known");
        shut("the confirmation", invio::sent(&app.portal, &low, bozza).await);
        shut("the pratica", pratica::page(&app.portal, &low, id).await);
        shut("its receipt", pratica::receipt(&app.portal, &low, id).await.map(|found| found.is_some()));
        shut("withdrawing it", pratica::withdraw(&app.portal, &low, id).await);
        assert!(pratica::receipt(&app.portal, &sure, id).await.unwrap().is_some());
        let booking = Booking { from: Some(now), posti: 5 };
        app.publish_as(IdentityLevel::L3, window, Some(booking)).await;
        shut("its place", prenotazione::page(&app.portal, &low, bozza).await);
        shut("booking a place", prenotazione::book(&app.portal, &low, bozza).await);
        prenotazione::book(&app.portal, &sure, bozza).await.unwrap();
        pratica::withdraw(&app.portal, &sure, id).await.unwrap();
        assert!(pratica::page(&app.portal, &sure, id).await.is_ok());
    })
    .await;
}
