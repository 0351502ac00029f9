//! The accounts office at its pages: who is first, who comes second, and forms that come back with everything in them.

use axum::http::Method;
use sportello_domain::ruolo::Ruolo;
use sportello_store::{binds, posizione};

use super::{
    House,
    access::spontaneo,
    browser::{Browser, Reading},
    denaro::{Denaro, Waits, invoiced, unmatched},
    file, maria,
};
use crate::common::{Answer, CSRF, ORIGIN};

/// A house with an invoice that is to be paid, and a payment and a receipt that wait.
async fn rows(house: &House) -> (Denaro, Waits) {
    let filed = file(&maria(house).await).await;
    let denaro = invoiced(house, filed.rsplit('/').next().unwrap()).await;
    house.0.post("/pagopa/prova/spontaneo/mensa-scolastica", None, &spontaneo()).await.location();
    (denaro, unmatched(house).await)
}

/// The debt of the invoice becomes one of whoever paid at the door.
async fn owe(house: &House, denaro: &Denaro) {
    let (ente, debt) = (house.0.prova.id, denaro.posizione);
    let write = house.0.portal.store().write(ente, async move |tx| {
        let row = posizione::by_id(tx, ente, debt).await?.expect("it was invoiced");
        let sql = "UPDATE persona SET codice_fiscale = 'RSSMRA85C12B442I' WHERE ente_id = $1 AND id = $2";
        tx.execute(sql, binds![ente, row.persona_id]).await
    });
    assert_eq!(write.await.unwrap(), 1);
}

/// Sends a form of the office.
async fn send(house: &House, who: &Browser<'_>, path: &str, fields: &str) -> Answer {
    let body = format!("_csrf={CSRF}&{fields}");
    house.0.send(Method::POST, &format!("/prova{path}"), Some(&who.person), &[("origin", ORIGIN)], body).await
}

#[tokio::test]
async fn an_invoice_is_found_opened_and_taken_back_once() {
    let house = House::open().await;
    let (denaro, _) = rows(&house).await;
    let (rita, sara) = (house.clerk(5, &[Ruolo::Ragioneria]).await, house.clerk(6, &[Ruolo::Ragioneria]).await);
    for search in ["", "?q=12/M/2026", "?q=brambilla", "?filtro=da-pagare", "?filtro=da-pagare&q=12"] {
        rita.get(&format!("/ufficio/documenti{search}")).await.says(200, &["Fattura 12/M/2026", "81,00"]);
    }
    for search in ["?q=13", "?q=12/X/2026", "?q=neri", "?filtro=pagate", "?filtro=scadute", "?filtro=note"] {
        rita.get(&format!("/ufficio/documenti{search}")).await.says(200, &["Nessun documento"]);
    }
    let path = format!("/ufficio/documenti/{}", denaro.documento);
    rita.get(&path).await.says(200, &["Luca Brambilla", "Fai una nota di credito", "Da pagare"]);
    let deed = format!("{path}/nota-di-credito");
    let wrong = send(&house, &rita, &deed, "cosa=righe&riga=7&motivo=%3Cno").await;
    wrong.says(422, &["<title>Errore", "href=\"#riga\"", "href=\"#motivo\"", "&#60;no", "value=\"righe\" checked"]);
    let form = "cosa=tutta&motivo=Pasti+segnati+per+errore";
    send(&house, &rita, &deed, form).await.says(200, &["Conferma la nota di credito", "81,00", "name=\"conferma\""]);
    rita.get(&path).await.says(200, &["Fai una nota di credito"]);
    let done = send(&house, &rita, &deed, &format!("conferma=si&{form}")).await;
    assert!(done.location().ends_with(&path), "{}", done.location());
    let again = send(&house, &rita, &deed, &format!("conferma=si&{form}")).await;
    assert!(again.location().ends_with(&path), "the same form twice is one deed");
    let late = send(&house, &sara, &deed, "conferma=si&cosa=tutta&motivo=Un+altro+motivo").await;
    late.says(409, &["Nome5 Cognome5 ha già fatto la nota di credito"]);
    rita.get(&path).await.says(200, &["Nota di credito 1/M/2026", "Pasti segnati per errore", "Annullata"]);
    rita.get("/ufficio/documenti?filtro=note").await.says(200, &["Nota di credito 1/M/2026"]);
    rita.get("/ufficio/documenti?filtro=stornate").await.says(200, &["stornati 81,00"]);
}

#[tokio::test]
async fn a_payment_is_matched_once_and_the_second_clerk_reads_who_was_first() {
    let house = House::open().await;
    let (denaro, waits) = rows(&house).await;
    let (rita, sara) = (house.clerk(5, &[Ruolo::Ragioneria]).await, house.clerk(6, &[Ruolo::Ragioneria]).await);
    let path = format!("/ufficio/riconciliazione/pagamenti/{}", waits.pagamento);
    rita.get("/ufficio/riconciliazione").await.says(200, &["Mario Rossi", "Pagato due volte"]);
    rita.get(&path).await.says(200, &["81,00", "non ha debiti aperti"]);
    owe(&house, &denaro).await;
    rita.get(&path).await.says(200, &["stesso pagante", "stesso importo", "retta 12/M/2026"]);
    let deed = format!("{path}/abbina");
    send(&house, &rita, &deed, "").await.says(422, &["Scegli almeno un debito", "<title>Errore"]);
    let form = format!("debito={}", denaro.posizione);
    send(&house, &rita, &deed, &form).await.says(200, &["Conferma", "retta 12/M/2026"]);
    rita.get(&path).await.says(200, &["Da abbinare"]);
    let confirmed = format!("conferma=si&{form}");
    for _ in 0..2 {
        assert!(send(&house, &rita, &deed, &confirmed).await.location().ends_with(&path));
    }
    send(&house, &sara, &deed, &confirmed).await.says(409, &["Nome5 Cognome5 ha già deciso"]);
    let closed = send(&house, &sara, &format!("{path}/chiudi"), "esito=altro&motivo-esito=bonifico").await;
    closed.says(409, &["Nome5 Cognome5 ha già deciso"]);
    rita.get(&path).await.says(200, &["Abbinato", "Deciso da Nome5 Cognome5"]);
}

#[tokio::test]
async fn a_receipt_is_settled_with_a_reason_and_leaves_the_queue() {
    let house = House::open().await;
    let (_, waits) = rows(&house).await;
    let (rita, sara) = (house.clerk(5, &[Ruolo::Ragioneria]).await, house.clerk(6, &[Ruolo::Ragioneria]).await);
    let path = format!("/ufficio/riconciliazione/ricevute/{}", waits.ricevuta);
    rita.get(&path).await.says(200, &["Pagato due volte", "ricevuta-2", "Mario Rossi"]);
    let deed = format!("{path}/chiudi");
    let wrong = send(&house, &rita, &deed, "esito=altro&motivo-esito=no").await;
    wrong.says(422, &["href=\"#motivo-esito\"", "value=\"altro\" checked", ">\nno</textarea>"]);
    let form = "esito=rimborsato&motivo-esito=Bonifico+del+3+dicembre";
    for _ in 0..2 {
        assert!(send(&house, &rita, &deed, form).await.location().ends_with(&path));
    }
    send(&house, &sara, &deed, form).await.says(409, &["Nome5 Cognome5 ha già deciso"]);
    rita.get("/ufficio/riconciliazione").await.says(200, &["Nessuna ricevuta", "Restituito"]);
}
