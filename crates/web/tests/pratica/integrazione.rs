//! Asked to complete a pratica, and completing it, through the router.

use sportello_domain::ruolo::Ruolo;

use super::{
    House, LIST,
    browser::{Browser, Reading},
    file,
    html::name_in_row,
    maria, paolo,
};

#[tokio::test]
async fn the_office_asks_once_and_the_applicant_answers() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let own = file(&maria).await;
    let id = own.rsplit('/').next().unwrap().to_owned();
    let anna = house.clerk(3, &[Ruolo::OperatoreIstruzione]).await;
    let office = format!("/ufficio/pratiche/{id}");
    let post = async |who: &Browser<'_>, path: &str, form: &str| {
        house.0.post(&format!("/prova{path}"), Some(&who.person), form).await
    };
    // Nobody asks before somebody has it in charge.
    anna.get(&format!("{office}/integrazioni")).await.location();
    post(&anna, &format!("{office}/prendi"), "versione=1").await.location();
    anna.get(&office).await.says(200, &["Chiedi di completare"]);
    let ask = format!("{office}/integrazioni");
    anna.get(&ask).await.says(200, &["Che cosa manca", "name=\"domanda\" value=\"figlio_cf\""]);
    let wrong = post(&anna, &ask, "versione=2&motivo=").await;
    wrong.says(422, &["Scrivi che cosa manca", "Scegli almeno una domanda"]);
    let wrong = post(&anna, &ask, "versione=2&motivo=&domanda=figlio_cf").await;
    wrong.says(422, &["value=\"figlio_cf\" checked"]).hides(&["Scegli almeno una domanda"]);
    let late = post(&anna, &ask, "versione=1&motivo=Manca+una+pagina&domanda=figlio_cf").await;
    late.says(409, &["Manca una pagina"]);
    post(&anna, &ask, "versione=2&motivo=Manca+una+pagina&domanda=figlio_cf&domanda=figlio_nome").await.location();
    anna.get(&office).await.says(200, &["Attesa integrazioni", "Manca una pagina", "può rispondere entro"]);

    maria.get(LIST).await.says(200, &["Da completare"]);
    maria.get(&own).await.says(200, &["Manca una pagina", "Rispondi entro il"]);
    let answer = format!("{own}/integra");
    let asked = maria.get(&answer).await;
    asked.says(200, &["Completa la domanda", "Manca una pagina", "Domande da rivedere", "Puoi cambiare solo queste"]);
    let [code, name] = ["figlio_cf", "figlio_nome"].map(|field| name_in_row(&asked.body, field));
    let paolo = paolo(&house).await;
    assert_eq!(paolo.get(&answer).await.status, 404);
    assert_eq!(post(&paolo, &answer, "_revisione=0&_risposta=Eccola").await.status, 404);
    let silent = post(&maria, &answer, "_revisione=0&_risposta=+").await;
    silent.says(422, &["Cambia una risposta o scrivi un messaggio", "Domande da rivedere"]);
    // What was typed is kept since: without having seen that nobody types over it.
    let unseen = format!("_revisione=0&_riaperta={code}&_riaperta={name}&_risposta=Eccola&{code}=&{name}=Marta");
    let unseen = post(&maria, &answer, &unseen).await;
    unseen.says(422, &["in un’altra finestra", "name=\"_revisione\" value=\"1\"", "Eccola</textarea>"]);
    let wrong = format!("_revisione=1&_riaperta={code}&_riaperta={name}&_risposta=Ecco&{code}=RSSMRA&{name}=Marta");
    let wrong = post(&maria, &answer, &wrong).await;
    wrong.says(422, &["value=\"RSSMRA\"", "value=\"Marta\"", "Ecco</textarea>", "is-invalid"]);
    // It is there when she comes back; neither the office nor another citizen sees it.
    maria.get(&own).await.says(200, &["Hai una risposta salvata il", "non è ancora inviata"]);
    maria.get(&answer).await.says(200, &["value=\"Marta\"", "Ecco</textarea>", "l’ufficio la vede quando la invii"]);
    anna.get(&office).await.says(200, &["Attesa integrazioni"]).hides(&["Marta", "Ecco"]);
    let later = format!("_azione=sospendi&_revisione=2&_riaperta={name}&_risposta=Ecco&{name}=Marta");
    post(&maria, &answer, &later).await.location();
    assert_eq!(post(&maria, &answer, "_revisione=3&_azione=distruggi").await.status, 400);
    post(&maria, &answer, "_risposta=Eccola").await.says(422, &["in un’altra finestra"]);
    let right = format!(
        "_revisione=3&_riaperta={code}&_riaperta={name}&_risposta=Ecco+%3Cla%3E+pagina&{name}=Marta&residenza_comune=Milano"
    );
    post(&maria, &answer, &right).await.location();
    maria
        .get(&own)
        .await
        .says(200, &["Completata, in lavorazione", "Ecco &#60;la&#62; pagina", "Risposte cambiate", "Marta"]);
    // A second press finds it answered.
    post(&maria, &answer, "_revisione=0&_risposta=Ancora").await.location();
    maria.get(&answer).await.location();
    anna.get(&office)
        .await
        .says(200, &["Integrata", "Ecco &#60;la&#62; pagina", "Marta", "prima: ", "Prendi in carico"])
        .hides(&["Milano"]);
    post(&anna, &format!("{office}/prendi"), "versione=4").await.location();
    anna.get(&office).await.hides(&["Chiedi di completare"]);
}
