//! Messages between applicant and office, through the router.

use sportello_domain::ruolo::Ruolo;

use super::{
    House,
    browser::{Browser, Reading},
    file,
    html::Form,
    maria, paolo,
};

async fn post(house: &House, who: &Browser<'_>, path: &str, form: &str) -> crate::common::Answer {
    house.0.post(&format!("/prova{path}"), Some(&who.person), form).await
}

#[tokio::test]
async fn they_write_to_each_other_and_see_when_it_was_read() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let own = file(&maria).await;
    let office = format!("/ufficio/pratiche/{}/messaggi", own.rsplit('/').next().unwrap());
    let anna = house.clerk(3, &[Ruolo::OperatoreIstruzione]).await;
    let mine = format!("{own}/messaggi");
    maria.get(&own).await.says(200, &["Non ci sono messaggi.", &mine]);
    let page = maria.get(&mine).await;
    page.says(200, &["Scrivi all’ufficio", "Non hai ancora scambiato messaggi"]);

    let form = Form::find(&page.body, "testo");
    maria.press(&form, "").await.says(422, &["<title>Errore: ", "Scrivi il messaggio", "href=\"#testo\""]);
    let long = form.set("testo", &"x".repeat(4_001));
    maria.press(&long, "").await.says(422, &["Accorcia il messaggio", &"x".repeat(4_001)]);
    let form = Form::find(&page.body, "testo").set("testo", "Posso <cambiare> scuola?");
    assert!(maria.press(&form, "").await.location().ends_with("/messaggi?scritto=si"));
    // A double press, and the same page with other words.
    maria.press(&form, "").await.location();
    let again = maria.press(&form.set("testo", "Altra domanda"), "").await;
    again.says(409, &["Hai già inviato questo modulo", "Altra domanda"]);
    maria.press(&Form::find(&again.body, "testo"), "").await.location();
    maria.get(&mine).await.says(200, &["Posso &#60;cambiare&#62; scuola?", "Altra domanda", "Non ancora letto"]);

    anna.get("/ufficio/messaggi").await.says(200, &["Messaggi da leggere", &office]);
    anna.get(&office).await.says(200, &["Posso &#60;cambiare&#62; scuola?", "Letto il"]);
    anna.get("/ufficio/messaggi").await.says(200, &["Nessun messaggio da leggere"]);
    maria.get(&mine).await.says(200, &["Letto il"]).hides(&["Non ancora letto"]);
    let page = anna.get(&office).await;
    let form = Form::find(&page.body, "testo").set("testo", "Certo");
    assert!(anna.press(&form, "").await.location().ends_with("/messaggi?scritto=si"));
    let key = format!("{:064x}", 9);
    post(&house, &anna, &format!("{office}/note"), &format!("testo=Solo+per+noi&chiave={key}")).await.location();
    post(&house, &anna, &format!("{office}/note"), &format!("testo=&chiave={key}"))
        .await
        .says(422, &["href=\"#nota\""]);
    anna.get(&office).await.says(200, &["Solo per noi", "Certo"]);
    maria.get(&own).await.says(200, &["Ci sono 3 messaggi, 1 da leggere."]);
    maria.get(&mine).await.says(200, &["Certo"]).hides(&["Solo per noi"]);
    maria.get(&own).await.says(200, &["Ci sono 3 messaggi."]);

    let paolo = paolo(&house).await;
    assert_eq!(paolo.get(&mine).await.status, 404);
    assert_eq!(post(&house, &paolo, &mine, &format!("testo=Ciao&chiave={key}")).await.status, 404);
}

#[tokio::test]
async fn what_is_reserved_asks_for_the_role_and_a_reason() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let own = file(&maria).await;
    let office = format!("/ufficio/pratiche/{}/messaggi", own.rsplit('/').next().unwrap());
    let page = maria.get(&format!("{own}/messaggi")).await;
    let form = Form::find(&page.body, "testo").set("testo", "È celiaco").add("riservato", "si");
    maria.press(&form, "").await.location();
    let anna = house.clerk(3, &[Ruolo::OperatoreIstruzione]).await;
    anna.get(&office).await.says(200, &["class=\"chiuso\""]).hides(&["celiaco", "/messaggi/riservati"]);
    assert_eq!(post(&house, &anna, &format!("{office}/riservati"), "motivo=Voglio+leggere").await.status, 403);
    let lara = house.clerk(4, &[Ruolo::OperatoreDiete]).await;
    lara.get(&office).await.says(200, &["/messaggi/riservati"]).hides(&["celiaco"]);
    post(&house, &lara, &format!("{office}/riservati"), "motivo=").await.says(422, &["Scrivi perché ti servono"]);
    let open = post(&house, &lara, &format!("{office}/riservati"), "motivo=Preparo+la+dieta").await;
    open.says(200, &["celiaco"]);
    assert_eq!(open.header("cache-control"), "no-store");
}
