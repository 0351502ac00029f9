//! A notice of rejection, the observations, and the rejection that answers them, through the router.

use sportello_domain::ruolo::Ruolo;

use super::{
    House, LIST,
    browser::{Browser, Reading},
    file, maria, paolo,
};

#[tokio::test]
async fn the_office_gives_notice_the_applicant_observes_and_the_rejection_answers() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let own = file(&maria).await;
    let id = own.rsplit('/').next().unwrap().to_owned();
    let anna = house.clerk(3, &[Ruolo::OperatoreIstruzione]).await;
    let office = format!("/ufficio/pratiche/{id}");
    let post = async |who: &Browser<'_>, path: &str, form: &str| {
        house.0.post(&format!("/prova{path}"), Some(&who.person), form).await
    };
    let (notice, decide) = (format!("{office}/preavviso"), format!("{office}/decisione"));
    // Nobody gives notice before somebody has it in charge.
    anna.get(&notice).await.location();
    post(&anna, &format!("{office}/prendi"), "versione=1").await.location();
    anna.get(&office).await.says(200, &["Preavviso di rigetto", "serve prima il preavviso"]).hides(&["respingi"]);
    let early = post(&anna, &decide, "versione=2&motivo=Manca+la+firma&azione=respingi").await;
    early.says(422, &["serve prima il preavviso", "Manca la firma"]);
    anna.get(&notice).await.says(200, &["Motivi che impediscono", "dieci giorni", "per questi motivi:</textarea>"]);
    let untouched = "versione=2&motivo=La+domanda+non+pu%C3%B2+essere+accolta+per+questi+motivi%3A";
    post(&anna, &notice, untouched).await.says(422, &["Scrivi i motivi"]);
    post(&anna, &notice, "versione=2&motivo=+&domanda=figlio_cf")
        .await
        .says(422, &["Scrivi i motivi", "value=\"figlio_cf\" checked"]);
    post(&anna, &notice, "versione=1&motivo=Manca+la+firma").await.says(409, &["Manca la firma"]);
    post(&anna, &notice, "versione=2&motivo=Manca+la+firma").await.location();
    anna.get(&office).await.says(200, &["Preavviso", "Manca la firma", "può rispondere entro"]);

    maria.get(LIST).await.says(200, &["Preavviso di rigetto: puoi rispondere"]);
    maria.get(&own).await.says(200, &["Manca la firma", "Rispondi entro il"]);
    let answer = format!("{own}/osservazioni");
    maria.get(&answer).await.says(200, &["Rispondi al preavviso", "Manca la firma"]);
    // The other answer is not awaited.
    maria.get(&format!("{own}/integra")).await.location();
    let paolo = paolo(&house).await;
    assert_eq!(paolo.get(&answer).await.status, 404);
    assert_eq!(post(&paolo, &answer, "_revisione=0&_risposta=Eccola").await.status, 404);
    post(&maria, &answer, "_revisione=0&_risposta=+").await.says(422, &["Scrivi la risposta"]);
    post(&maria, &answer, "_revisione=1&_risposta=La+firma+%3Cc%27%C3%A8%3E").await.location();
    maria.get(&own).await.says(200, &["Osservazioni inviate", "La firma &#60;c&#39;è&#62;"]);
    post(&maria, &answer, "_revisione=0&_risposta=Ancora").await.location();
    maria.get(&answer).await.location();

    anna.get(&office).await.says(200, &["Osservazioni da valutare", "La firma &#60;c&#39;è&#62;"]);
    post(&anna, &format!("{office}/prendi"), "versione=4").await.location();
    anna.get(&office).await.says(200, &["value=\"respingi\"", "Risposta alle osservazioni"]);
    let silent = post(&anna, &decide, "versione=5&motivo=Manca+la+firma&risposta=+&azione=respingi").await;
    silent.says(422, &["Scrivi perché le osservazioni", "Manca la firma"]);
    let answered = "versione=5&motivo=&risposta=Il+foglio+%C3%A8+in+bianco&azione=respingi";
    post(&anna, &decide, answered).await.says(422, &["Scrivi il motivo per respingere", "Il foglio è in bianco"]);
    let answered = "versione=5&motivo=Manca+la+firma&risposta=Il+foglio+%C3%A8+in+bianco&azione=respingi";
    post(&anna, &decide, answered).await.location();
    maria.get(&own).await.says(200, &["Respinta", "Il foglio è in bianco"]);
}

#[tokio::test]
async fn the_office_accepts_in_part_waits_and_annuls_with_a_reason() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let own = file(&maria).await;
    let office = format!("/ufficio/pratiche/{}", own.rsplit('/').next().unwrap());
    let anna = house.clerk(3, &[Ruolo::OperatoreIstruzione]).await;
    let post =
        async |path: &str, form: &str| house.0.post(&format!("/prova{office}/{path}"), Some(&anna.person), form).await;
    let annul = format!("{office}/annulla");
    anna.get(&annul).await.says(200, &["Annulla la pratica", "annullata perché:"]).hides(&["name=\"domanda\""]);
    post("annulla", "versione=1&motivo=").await.says(422, &["Scrivi il motivo"]);
    post("prendi", "versione=1").await.location();
    anna.get(&office).await.says(200, &["Accogli in parte", "Metti in lista", "/annulla"]);
    post("decisione", "versione=2&motivo=+&azione=accogli-parte").await.says(422, &["Scrivi il motivo"]);
    post("decisione", "versione=2&motivo=+&azione=lista").await.location();
    maria.get(&own).await.says(200, &["In lista d’attesa"]);
    anna.get(&office).await.says(200, &["value=\"accogli\"", "/annulla"]).hides(&["accogli-parte", "value=\"lista\""]);
    post("decisione", "versione=3&motivo=Prova&azione=lista").await.says(409, &["Prova"]);
    post("annulla", "versione=2&motivo=Doppia").await.says(409, &["Doppia"]);
    post("annulla", "versione=3&motivo=Presentata+due+volte").await.location();
    maria.get(&own).await.says(200, &["Annullata dall’ufficio", "Presentata due volte"]);
    anna.get(&annul).await.location();
}
