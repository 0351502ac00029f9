//! Five hundred hostile files, through the router: each is refused with its reason at its field, or kept and served as
//! something that nobody can run.

use std::collections::BTreeSet;

use sportello_app::risposta::MAX_FILES;
use sportello_domain::{
    allegato::hostile::{Hostile, hostile},
    ruolo::Ruolo,
};

use super::{
    browser::{Browser, House, Reading},
    file,
    html::{Form, name_in_row},
    maria, start,
};
use crate::common::Answer;

const FILES: u64 = 500;
/// Whoever sends more at once is told to wait.
const EACH: u64 = 100;

/// A draft whose page of a diet asks for a certificate; its page.
async fn certificate_page(browser: &Browser<'_>) -> String {
    let draft = start(browser).await;
    let form = Form::find(&browser.get(&format!("{draft}/figli")).await.body, "revisione");
    browser.press(&form, "aggiungi:figli").await.location();
    let page = browser.get(&format!("{draft}/dieta")).await;
    let form = Form::find(&page.body, "revisione").add(&name_in_row(&page.body, "dieta_tipo"), "sanitaria");
    browser.press(&form, "sospendi").await.location();
    format!("{draft}/dieta-dettagli")
}

#[tokio::test]
async fn no_hostile_file_is_active() {
    let house = House::open().await;
    for group in 0..FILES / EACH {
        let person = house.citizen(10 + group as u8).await;
        let page = certificate_page(&person).await;
        for number in group * EACH..(group + 1) * EACH {
            send(&person, &page, number, hostile(number)).await;
        }
    }
}

/// What stays of what comes with an answer is shown to the office in a frame beside the answers.
#[tokio::test]
async fn no_hostile_file_is_active_in_the_frame_of_the_office() {
    let house = House::open().await;
    let (maria, anna) = (maria(&house).await, house.clerk(3, &[Ruolo::OperatoreIstruzione]).await);
    let own = file(&maria).await;
    let office = format!("/ufficio/pratiche/{}", own.rsplit('/').next().unwrap());
    let post = async |path: &str, form: &str| {
        house.0.post(&format!("/prova{path}"), Some(&anna.person), form).await.location();
    };
    post(&format!("{office}/prendi"), "versione=1").await;
    post(&format!("{office}/integrazioni"), "versione=2&motivo=Manca+una+pagina&domanda=figlio_cf").await;
    let answer = format!("{own}/integra");
    let shown = async || maria.get(&answer).await.body;
    let form = |shown: &str| Form::find(shown, "_revisione").set("_risposta", "Ecco");
    let kept = |shown: &str| shown.matches("rimuovi-allegato:").count();
    for number in 0..EACH {
        let (sent, before) = (hostile(number), shown().await);
        let got = maria.press_with_declared(&form(&before), "sospendi", ("_allegati", &sent)).await;
        if !sent.stays {
            got.says(422, &["<title>Errore: ", "C’è un problema", "id=\"_allegati-e\"", "Ecco</textarea>"]);
        } else if got.status != 303 {
            got.says(422, &["Al massimo 5 allegati"]);
            assert_eq!(kept(&before), MAX_FILES, "there is room for it");
        }
    }
    let shown = shown().await;
    // As many as one answer takes.
    assert_eq!(kept(&shown), MAX_FILES);
    maria.press(&form(&shown), "avanti").await.location();
    let shown = anna.get(&office).await;
    let beside: BTreeSet<&str> = shown.body.split('"').filter(|part| part.contains("?allegato=")).collect();
    assert_eq!(beside.len(), MAX_FILES, "each is shown beside the answers: {beside:?}");
    for page in beside {
        let page = anna.get(page).await;
        let frame =
            page.body.split('"').find(|part| part.ends_with("/vedi")).expect("a file stands beside the answers");
        shown_harmless(&anna.get(frame).await, frame);
    }
}

/// A browser shows it by its media type alone, in a frame of ours, and runs nothing of it.
fn shown_harmless(file: &Answer, why: &str) {
    assert_eq!(file.status, 200, "{why}");
    let policy = file.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'self'"), "{why}: {policy}");
    match file.header("content-type") {
        // The viewer of a browser runs in no sandbox of ours, and shuts it in; nothing stands behind its end.
        "application/pdf" => assert!(file.body.trim_end().ends_with("%%EOF"), "{why}"),
        kind => assert!(["image/jpeg", "image/png"].contains(&kind) && policy.contains("sandbox"), "{why}: {kind}"),
    }
    let disposition = file.header("content-disposition");
    assert!(disposition.starts_with("inline; filename=\"") && !disposition.contains(".htm"), "{why}: {disposition}");
    assert_eq!(file.header("x-content-type-options"), "nosniff", "{why}");
    assert_eq!(file.header("cache-control"), "no-store", "{why}");
}

async fn send(person: &Browser<'_>, page: &str, number: u64, sent: Hostile) {
    let shown = person.get(page).await;
    let form = Form::find(&shown.body, "revisione").set("dieta_scadenza.a", &format!("{}", 2000 + number));
    let control = name_in_row(&shown.body, "dieta_certificato");
    let answer = person.press_with_declared(&form, "sospendi", (control.as_str(), &sent)).await;
    let typed = format!("value=\"{}\"", 2000 + number);
    if sent.stays {
        answer.location();
        let shown = person.get(page).await;
        shown.says(200, &[&typed]);
        served_harmless(&person.get(&link(&shown.body)).await, &sent);
    } else {
        answer.says(
            422,
            &["<title>Errore: ", "C’è un problema", &format!("id=\"{}-e\"", control.replace('.', "-")), &typed],
        );
    }
}

/// The address of the file that the page holds.
fn link(page: &str) -> String {
    let at = page.find("/file/").expect("the page names its file");
    let start = page[..at].rfind('"').expect("an attribute begins") + 1;
    page[start..].chars().take_while(|letter| *letter != '"').collect()
}

fn served_harmless(file: &Answer, sent: &Hostile) {
    let why = format!("{} as {:?}", sent.tries, sent.name);
    assert_eq!(file.status, 200, "{why}");
    assert!(["application/pdf", "image/jpeg", "image/png"].contains(&file.header("content-type")), "{why}");
    let disposition = file.header("content-disposition");
    let name = disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"'));
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._- ".contains(letter);
    let ends = |name: &str| [".pdf", ".jpg", ".png"].iter().any(|ending| name.ends_with(ending));
    assert!(name.is_some_and(|name| name.chars().all(plain) && ends(name)), "{why}: {disposition}");
    assert_eq!(file.header("x-content-type-options"), "nosniff", "{why}");
    let policy = file.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{why}: {policy}");
    assert_eq!(file.header("cache-control"), "no-store", "{why}");
    assert_eq!(file.headers.get_all("set-cookie").iter().count(), 0, "{why}");
    let end = file.body.trim_end();
    assert!(!end.ends_with("</html>") && !end.contains("PK\u{5}\u{6}"), "{why}: what was behind it is there");
}
