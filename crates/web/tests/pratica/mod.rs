//! One pratica end to end through the router, on a real database: fill in, suspend, resume, send once, follow, decide.

mod access;
mod area;
mod attacco_sportello;
mod browser;
mod campione;
mod coda;
mod compiti;
mod delega;
mod denaro;
mod esporta;
mod finestra;
mod guesses;
mod html;
mod integrazione;
mod messaggi;
mod ostili;
mod per_conto;
mod permessi;
mod preavviso;
mod proposte;
mod ragioneria;
mod ruoli;

use browser::{Browser, House, Reading};
use html::{Form, name_in_row};
use sportello_domain::ruolo::Ruolo;

use crate::common::Answer;

const LIST: &str = "/sezione-informativa/consultazione-pratiche";
const CERTIFICATE: &[u8] =
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n";

/// Opens the page behind a 303 and reads the form of the draft in it.
async fn next(browser: &Browser<'_>, answer: &Answer) -> (String, Form) {
    let page = browser.get(answer.location()).await;
    page.says(200, &["<h1"]);
    let form = Form::find(&page.body, "revisione");
    (page.body, form)
}

/// Starts a draft and gives its path.
async fn start(browser: &Browser<'_>) -> String {
    let answer = browser.get("/modelli/iscrizione-mensa/avvia").await;
    answer.location().strip_prefix("/prova").unwrap().to_owned()
}

/// Fills in everything up to the summary; gives the answer of the last Avanti.
async fn fill(browser: &Browser<'_>, draft: &str) -> Answer {
    fill_for(browser, draft, child).await
}

/// The same for a child of whom something else is said.
async fn fill_for(browser: &Browser<'_>, draft: &str, child: impl Fn(Form) -> Form) -> Answer {
    let page = browser.get(&format!("{draft}/privacy")).await;
    let form = Form::find(&page.body, "revisione");
    let answer = browser.press(&form.add("privacy", "si"), "avanti").await;
    let (_, form) = next(browser, &answer).await;
    let form = form.set("qualita", "genitore").set("residenza_indirizzo", "Via dei Tigli 8");
    let form = form.set("residenza_cap", "24040").set("residenza_comune", "Prova");
    let answer = browser.press(&form.set("email", "persona@posta.example"), "avanti").await;
    let (_, form) = next(browser, &answer).await;
    let answer = browser.press(&form, "aggiungi:figli").await;
    let (_, form) = next(browser, &answer).await;
    let answer = browser.press(&child(form), "avanti").await;
    let (html, form) = next(browser, &answer).await;
    let form = form
        .add(&name_in_row(&html, "plesso"), "primaria-demo")
        .add(&name_in_row(&html, "giorni"), "lun")
        .set(&name_in_row(&html, "classe"), "primaria-demo/primaria-3a");
    let answer = browser.press(&form, "avanti").await;
    let (html, form) = next(browser, &answer).await;
    let answer = browser.press(&form.add(&name_in_row(&html, "dieta_tipo"), "sanitaria"), "avanti").await;
    let (html, form) = next(browser, &answer).await;
    let form = form.set("dieta_scadenza.g", "30").set("dieta_scadenza.m", "6").set("dieta_scadenza.a", "2027");
    let control = name_in_row(&html, "dieta_certificato");
    let file = Some((control.as_str(), "certificato.pdf", CERTIFICATE));
    let answer = browser.press_with_file(&form, "avanti", file).await;
    let (_, form) = next(browser, &answer).await;
    let form = form.add("isee_scelta", "non_dichiaro").add("modalita", "SDD");
    let answer = browser.press(&form, "avanti").await;
    let (_, form) = next(browser, &answer).await;
    let form = form.set("iban", "DE89 3704 0044 0532 0130 00").set("intestatario_nome", "Mario Rossi");
    let form = form.set("intestatario_cf", "RSSMRA85C12B442I").add("mandato", "si");
    browser.press(&form, "avanti").await
}

fn child(form: Form) -> Form {
    let form = form.set("figlio_cf", "BRMLCU18R10L400G").set("figlio_cognome", "Brambilla").set("figlio_nome", "Luca");
    form.set("figlio_nascita.g", "10").set("figlio_nascita.m", "10").set("figlio_nascita.a", "2018")
}

/// A child who has no codice fiscale yet.
fn newborn(form: Form) -> Form {
    let form = child(form).set("figlio_cf", "");
    let code = form.fields.iter().find(|(name, _)| name.ends_with(".figlio_cf")).expect("a row").0.clone();
    form.add(&code.replace("figlio_cf", "cf_mancante"), "si")
}

/// Fills in and sends; gives the path of the pratica as its owner reads it.
async fn file(browser: &Browser<'_>) -> String {
    file_for(browser, child).await
}

/// The same for a child of whom something else is said.
async fn file_for(browser: &Browser<'_>, said: impl Fn(Form) -> Form) -> String {
    let draft = start(browser).await;
    let summary = fill_for(browser, &draft, said).await;
    assert!(summary.location().ends_with("/riepilogo"), "{}", summary.location());
    let page = browser.get(summary.location()).await;
    let form = Form::find(&page.body, "chiave").add("dichiaro", "si");
    let sent = browser.press(&form, "invia").await;
    assert!(sent.location().ends_with("/inviata"));
    let list = browser.get(LIST).await;
    let at = list.body.find(&format!("{LIST}/")).expect("the list names the pratica");
    let path: String = list.body[at..].chars().take_while(|c| *c != '"').collect();
    path
}

async fn maria(house: &House) -> Browser<'_> {
    house.citizen(1).await
}

async fn paolo(house: &House) -> Browser<'_> {
    house.citizen(2).await
}

async fn anna<'a>(house: &'a House, roles: &[Ruolo]) -> Browser<'a> {
    house.clerk(3, roles).await
}

#[tokio::test]
async fn a_bad_page_comes_back_with_everything_typed() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    maria.get(&draft).await.says(200, &["Continua", "Da fare", "Riepilogo"]);

    let page = maria.get(&format!("{draft}/privacy")).await;
    page.says(200, &["Passo 1 di 4", "aria-current=\"step\""]);
    let answer = maria.press(&Form::find(&page.body, "revisione"), "avanti").await;
    answer.says(422, &["<title>Errore: ", "C’è un problema", "Spunta la casella", "role=\"alert\""]);

    let page = maria.get(&format!("{draft}/figli")).await;
    let answer = maria.press(&Form::find(&page.body, "revisione"), "aggiungi:figli").await;
    assert!(answer.location().ends_with("/figli#figli-ultima"));
    let (page, form) = next(&maria, &answer).await;
    assert!(page.contains("id=\"figli-ultima\" tabindex=\"-1\""), "{page}");
    let answer = maria.press(&child(form).set("figlio_cf", "BRMLCU18R10L40"), "avanti").await;
    answer.says(422, &["mancano 2 caratteri", "di Luca Brambilla", "value=\"BRMLCU18R10L40\"", "value=\"2018\""]);
}

#[tokio::test]
async fn a_draft_is_suspended_at_any_moment_and_taken_up_again() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    let page = maria.get(&format!("{draft}/richiedente")).await;
    let form = Form::find(&page.body, "revisione").set("residenza_cap", "2404");
    let answer = maria.press(&form, "sospendi").await;
    assert!(answer.location().ends_with("/sospesa"));
    let words = [
        "Bozza salvata il 1º settembre 2026 alle 10.00.",
        "Da inviare entro il ",
        "La bozza viene cancellata dopo il ",
        "Riprendi ora",
    ];
    maria.get(answer.location()).await.says(200, &words);
    maria.get("/pratiche/bozze").await.says(200, &["Riprendi", &draft]);
    let page = maria.get(&format!("{draft}/richiedente")).await;
    assert_eq!(Form::find(&page.body, "revisione").get("residenza_cap"), "2404");
    paolo(&house).await.get(&draft).await.says(404, &[]);

    let page = maria.get(&format!("{draft}/elimina")).await;
    let form = Form { action: format!("{draft}/elimina"), ..Form::find(&page.body, "_csrf") };
    assert!(maria.press(&form, "").await.location().ends_with("/pratiche/bozze"));
    maria.get(&draft).await.says(404, &[]);
    maria.get("/pratiche/bozze").await.says(200, &["Non hai bozze"]);
}

#[tokio::test]
async fn indietro_keeps_what_was_typed_and_goes_back() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    let page = maria.get(&format!("{draft}/richiedente")).await;
    let half = Form::find(&page.body, "revisione").set("residenza_cap", "2404");
    assert!(maria.press(&half, "indietro").await.location().ends_with("/privacy"));
    let page = maria.get(&format!("{draft}/richiedente?torna=riepilogo")).await;
    let form = Form::find(&page.body, "revisione");
    assert_eq!(form.get("residenza_cap"), "2404");
    assert!(maria.press(&form, "indietro").await.location().ends_with("/riepilogo"));
    let page = maria.get(&format!("{draft}/privacy")).await;
    let answer = maria.press(&Form::find(&page.body, "revisione"), "indietro").await;
    assert!(answer.location().ends_with(&draft), "{}", answer.location());
}

#[tokio::test]
async fn a_page_that_the_modello_does_not_have_leads_to_those_it_has() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    let gone = format!("{draft}/pagina-di-prima");
    let page = maria.get(&format!("{draft}/richiedente")).await;
    let sent = Form { action: gone.clone(), ..Form::find(&page.body, "revisione") };
    for answer in [maria.get(&gone).await, maria.press(&sent, "avanti").await] {
        maria.get(answer.location()).await.says(200, &["non fa più parte della domanda", "Continua"]);
    }
    maria.get(&draft).await.hides(&["non fa più parte"]);
    paolo(&house).await.get(&gone).await.says(404, &[]);
}

#[tokio::test]
async fn two_windows_do_not_write_over_each_other() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    let page = maria.get(&format!("{draft}/richiedente")).await;
    let (one, other) = (Form::find(&page.body, "revisione"), Form::find(&page.body, "revisione"));
    maria.press(&one.set("residenza_comune", "Treviglio"), "sospendi").await.location();
    let answer = maria.press(&other.set("residenza_comune", "Caravaggio"), "avanti").await;
    let words = ["La bozza è cambiata nel frattempo", "Già salvato: Treviglio", "Scritto ora: Caravaggio"];
    answer.says(409, &words);
    let form = Form::find(&answer.body, "revisione");
    assert_eq!(form.get("tieni:residenza_comune"), "scritta", "what was just typed is proposed");
    maria.press(&form, "sospendi").await.location();
    let page = maria.get(&format!("{draft}/richiedente")).await;
    assert_eq!(Form::find(&page.body, "revisione").get("residenza_comune"), "Caravaggio");
    // The same form once more, the other choice, and what was typed in another field on the way.
    let stale = Form { fields: form.fields.clone(), ..form.clone() }.set("residenza_cap", "24043");
    let stale = stale.set("revisione", "1").set("residenza_comune", "Bergamo");
    let answer = maria.press(&stale, "sospendi").await;
    answer.says(409, &["Già salvato: Caravaggio", "Scritto ora: Bergamo", "Scritto ora: 24043"]);
    let form = Form::find(&answer.body, "revisione").set("tieni:residenza_comune", "salvata");
    maria.press(&form, "sospendi").await.location();
    let form = Form::find(&maria.get(&format!("{draft}/richiedente")).await.body, "revisione");
    assert_eq!([form.get("residenza_comune"), form.get("residenza_cap")], ["Caravaggio", "24043"]);
}

#[tokio::test]
async fn a_wrong_file_is_refused_and_a_right_one_is_kept_and_given_back() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    fill(&maria, &draft).await.location();
    let page = maria.get(&format!("{draft}/dieta-dettagli?torna=riepilogo")).await;
    page.says(200, &["certificato.pdf", "File già caricato", "name=\"torna\" value=\"riepilogo\""]);
    let control = name_in_row(&page.body, "dieta_certificato");
    let form = Form::find(&page.body, "revisione");
    let wrong = Some((control.as_str(), "certificato.pdf", &b"MZ\x90\x00"[..]));
    maria.press_with_file(&form, "avanti", wrong).await.says(422, &["un file PDF, JPEG o PNG"]);
    // Photos of a phone: too large for the question, then larger than anybody keeps. What was typed stays.
    for megabytes in [9, 21] {
        let form = Form::find(&maria.get(&format!("{draft}/dieta-dettagli")).await.body, "revisione");
        let photo = [b"\xFF\xD8\xFF".as_slice(), &vec![7; megabytes << 20]].concat();
        let photo = Some((control.as_str(), "foto.jpg", photo.as_slice()));
        let answer = maria.press_with_file(&form, "avanti", photo).await;
        answer.says(422, &["un file più piccolo: al massimo 5 MB", "certificato.pdf"]);
    }

    let page = maria.get(&format!("{draft}/riepilogo")).await;
    page.says(200, &["certificato.pdf", "Modifica ", "DE89"]);
    let at = page.body.find(&format!("{draft}/file/")).unwrap();
    let path: String = page.body[at..].chars().take_while(|c| *c != '"').collect();
    let file = maria.get(&path).await;
    assert_eq!(file.body.as_bytes(), CERTIFICATE);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"allegato.pdf\"");
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(file.header("content-security-policy").contains("sandbox"));
    paolo(&house).await.get(&path).await.says(404, &[]);
}

#[tokio::test]
async fn invia_files_once_and_says_so_again() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let draft = start(&maria).await;
    fill(&maria, &draft).await.location();
    let page = maria.get(&format!("{draft}/riepilogo")).await;
    page.says(200, &["Passo 4 di 4", "Verifica che siano corrette", "Con Invia presenti 1 pratica."]);
    let form = Form::find(&page.body, "chiave");
    maria.press(&form, "invia").await.says(422, &["Spunta la casella «Dichiaro", "href=\"#dichiaro\""]);
    assert!(maria.press(&form, "sospendi").await.location().ends_with("/sospesa"));
    let ticked = form.add("dichiaro", "si");
    for _ in 0..2 {
        assert!(maria.press(&ticked, "invia").await.location().ends_with("/inviata"));
    }
    let words = ["Richiesta inviata", "2026/1<", "del 1º settembre 2026, ore 10.00", "La ricevuta è in preparazione"];
    maria.get(&format!("{draft}/inviata")).await.says(200, &words).hides(&["2026/2<"]);
    for part in ["", "/figli", "/riepilogo", "/sospesa", "/elimina"] {
        let answer = maria.get(&format!("{draft}{part}")).await;
        assert!(answer.location().ends_with("/inviata"), "{part}");
    }
    maria.get("/pratiche/bozze").await.says(200, &["Non hai bozze"]);
}

#[tokio::test]
async fn only_the_applicant_follows_a_pratica() {
    let house = House::open().await;
    let (maria, paolo) = (maria(&house).await, paolo(&house).await);
    let pratica = file(&maria).await;
    maria.get(LIST).await.says(200, &["2026/1<", "Luca Brambilla", "Ricevuta"]);
    let words = ["A che punto è", "Protocollata", "Atteso entro il", "DE89", "certificato.pdf", "Ritira la domanda"];
    maria.get(&pratica).await.says(200, &words);

    let words = ["Non troviamo iscrizioni a nome di Nome2 Cognome2, RSSMRA02A01H501", "Chiedi di essere collegato"];
    paolo.get(LIST).await.says(200, &words).hides(&["Brambilla"]);
    for part in ["", "/ricevuta", "/ritira"] {
        paolo.get(&format!("{pratica}{part}")).await.says(404, &[]).hides(&["Brambilla"]);
    }

    let page = maria.get(&format!("{pratica}/ritira")).await;
    page.says(200, &["Non si può annullare"]);
    let form = Form { action: format!("{pratica}/ritira"), ..Form::find(&page.body, "_csrf") };
    paolo.press(&form, "").await.says(404, &[]);
    maria.press(&form, "").await.location();
    maria.get(&pratica).await.says(200, &["Ritirata da te"]).hides(&["/ritira\""]);
    maria.press(&form, "").await.says(409, &["non si può più ritirare"]);
}

#[tokio::test]
async fn the_office_decides_and_the_parent_reads_it() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let mine = file(&maria).await;
    let anna = anna(&house, &[Ruolo::OperatoreIstruzione]).await;
    maria.get("/ufficio").await.says(303, &[]);
    anna.get("/ufficio/pratiche?q=Bramb").await.says(200, &["2026/1<", "Luca Brambilla", "Da assegnare"]);
    anna.get("/ufficio/pratiche?filtro=mie").await.says(200, &["Nessuna pratica in questo filtro"]);
    let pratica = mine.replace(LIST, "/ufficio/pratiche");
    let shown = anna.get(&pratica).await;
    shown.says(200, &["Dati riservati", "Prendi in carico"]).hides(&["DE89", "certificato.pdf"]);

    let old = Form {
        action: format!("{pratica}/decisione"),
        button: "azione".to_owned(),
        ..Form::find(&shown.body, "versione")
    };
    let take = Form { action: format!("{pratica}/prendi"), ..old.clone() };
    assert!(anna.press(&take, "").await.location().ends_with(&pratica));
    maria.get(&mine).await.says(200, &["In lavorazione", "Presa in carico"]);
    let late = anna.press(&old.add("motivo", "Tutto in regola."), "accogli").await;
    late.says(409, &["nel frattempo è cambiata", "Stato: In carico a", "Ultimo passo:", "Tutto in regola."]);

    let shown = anna.get(&pratica).await;
    let form = Form { action: format!("{pratica}/decisione"), ..Form::find(&shown.body, "motivo") };
    anna.press(&form.clone().set("motivo", "  "), "respingi").await.says(422, &["Scrivi il motivo per respingere"]);
    let long = "a".repeat(2001);
    anna.press(&form.clone().set("motivo", &long), "respingi").await.says(422, &["Accorcia il motivo", &long]);
    anna.press(&form.clone().set("motivo", "Tutto in regola."), "accogli").await.location();
    maria.get(&mine).await.says(200, &["Accolta", "Tutto in regola."]).hides(&["/ritira\""]);
    anna.press(&form, "accogli").await.says(409, &[]);
    anna.get("/ufficio/pratiche?filtro=chiuse").await.says(200, &["Accolta", "2026/1<"]);
}

#[tokio::test]
async fn the_office_adds_the_code_that_a_child_did_not_have_yet() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let mine = file_for(&maria, newborn).await;
    maria.get(&mine).await.says(200, &["Quando ricevi il codice fiscale di Luca Brambilla"]);
    let pratica = mine.replace(LIST, "/ufficio/pratiche");
    house
        .clerk(4, &[Ruolo::OperatoreDiete])
        .await
        .get(&pratica)
        .await
        .says(200, &["Manca il codice fiscale"])
        .hides(&["Salva il codice fiscale"]);
    let anna = anna(&house, &[Ruolo::OperatoreIstruzione]).await;
    let shown = anna.get(&pratica).await;
    shown.says(200, &["Manca il codice fiscale dell’alunno", "Salva il codice fiscale"]);
    let form = Form { action: format!("{pratica}/codice-fiscale"), ..Form::find(&shown.body, "codice") };
    let wrong = anna.press(&form.clone().set("codice", "BRMLCU18R10L400X"), "").await;
    wrong.says(422, &["<title>Errore: ", "href=\"#codice\"", "value=\"BRMLCU18R10L400X\"", "manca o è sbagliato"]);
    let right = form.set("codice", "brmlcu18r10l400g");
    assert!(anna.press(&right, "").await.location().ends_with(&pratica));
    anna.get(&pratica).await.says(200, &["scritto dall’ufficio", "BRMLCU18R10L400G"]).hides(&["Manca il codice"]);
    anna.press(&right, "").await.says(409, &["nel frattempo è cambiata"]);
    maria.get(&mine).await.hides(&["Quando ricevi il codice"]);
}

#[tokio::test]
async fn protected_answers_open_with_a_role_and_a_reason_only() {
    let house = House::open().await;
    let mine = file(&maria(&house).await).await;
    let pratica = mine.replace(LIST, "/ufficio/pratiche");
    let anna = anna(&house, &[Ruolo::OperatoreIstruzione]).await;
    let shown = anna.get(&pratica).await;
    shown.says(200, &["Il tuo ruolo non può leggerli"]);
    let form = Form { action: format!("{pratica}/riservati"), ..Form::find(&shown.body, "_csrf") };
    anna.press(&form.clone().add("motivo", "Preparo il menù"), "").await.says(403, &[]).hides(&["DE89"]);

    let diete = house.clerk(4, &[Ruolo::OperatoreDiete]).await;
    diete.press(&form, "").await.says(422, &["Scrivi perché ti servono i dati"]).hides(&["DE89"]);
    let open = diete.press(&form.clone().add("motivo", "Preparo il menù"), "").await;
    // Where no scanner looks at files whoever opens them is told.
    open.says(200, &["certificato.pdf", "La lettura è stata registrata", "non controllato: qui non c’è un antivirus"]);
    assert_eq!(open.header("cache-control"), "no-store");
    let at = open.body.find(&format!("{pratica}/file/")).unwrap();
    let path: String = open.body[at..].chars().take_while(|c| *c != '"').collect();
    anna.get(&path).await.says(403, &[]);
    let asked = diete.get(&path).await;
    asked.says(200, &["è registrata con il motivo"]);
    let form = Form { action: path, ..Form::find(&asked.body, "motivo") };
    diete.press(&form, "").await.says(422, &["Scrivi perché"]);
    let file = diete.press(&form.set("motivo", "Verifico la dieta"), "").await;
    assert_eq!(file.body.as_bytes(), CERTIFICATE);
}

#[tokio::test]
async fn attendance_is_taken_in_and_a_reload_of_the_answer_sends_no_file() {
    let house = House::open().await;
    let pratica = file(&maria(&house).await).await.replace(LIST, "/ufficio/pratiche");
    let anna = anna(&house, &[Ruolo::OperatoreIstruzione]).await;
    let take = Form::find(&anna.get(&pratica).await.body, "versione");
    anna.press(&Form { action: format!("{pratica}/prendi"), ..take }, "").await.location();
    let decide = Form::find(&anna.get(&pratica).await.body, "motivo");
    anna.press(&Form { action: format!("{pratica}/decisione"), ..decide }, "accogli").await.location();

    let form = Form::find(&anna.get("/ufficio/presenze").await.body, "file");
    anna.press(&form, "").await.says(422, &["<title>Errore"]);
    let csv = |state: &str| format!("data;alunno_codice_fiscale;stato\n2026-09-01;BRMLCU18R10L400G;{state}\n");
    let send = async |state: &str| {
        anna.press_with_file(&form, "", Some(("file", "presenze.csv", csv(state).as_bytes()))).await
    };
    send("FORSE").await.says(422, &["riga 2, colonna stato"]);
    let sent = send("PRESENTE").await;
    assert!(sent.location().ends_with("/ufficio/presenze?righe=1&nuove=1"), "{}", sent.location());
    anna.get(sent.location()).await.says(200, &["role=\"status\""]);
    assert!(send("PRESENTE").await.location().ends_with("?righe=1&nuove=0"));
    anna.get("/ufficio/presenze").await.says(200, &[]).hides(&["role=\"status\""]);
}
