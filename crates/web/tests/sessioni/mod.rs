//! Sessions as a browser meets them: a cookie of before is worth nothing after the sign-in, and each end is an end.

mod attacchi;
mod redirect;
mod visitor;

use chrono::TimeDelta;
use sportello_app::{
    accesso::LogoutStatus,
    session::Audience,
    testing::{App, Gestore, SCUOLA, codice_fiscale, each},
};
use sportello_domain::{
    identita::IdentityLevel,
    ruolo::{Ambito, Ruolo},
};
use sportello_identity::provider::Signing;
use visitor::{Form, Seen, Visitor};

const LIST: &str = "/area-personale/accessi";
/// Starts a draft.
const SERVICE: &str = "/modelli/iscrizione-mensa/avvia";
/// What somebody types.
const MOBILE: &str = "333 1234567";

async fn open() -> (App, Gestore) {
    let app = App::sqlite().await;
    let gestore = Gestore::trusted(&app, "alfa").await;
    (app, gestore)
}

#[tokio::test]
async fn the_secret_of_a_session_changes_at_the_sign_in_and_the_old_one_is_dead() {
    let (app, gestore) = open().await;
    let mut victim = Visitor::at(&app);
    // What somebody else planted in the browser before.
    let planted = "ab".repeat(32);
    victim.plant("__Host-sportello", &planted);
    assert!(victim.get(LIST).await.leads_to("/accesso"), "a planted secret opens nothing");
    victim.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    let first = victim.cookie("__Host-sportello").unwrap();
    assert_ne!(first, planted);
    victim.get(LIST).await.says(200, &["Rossi", "questo dispositivo"]);

    let mut thief = Visitor::at(&app);
    thief.plant("__Host-sportello", &planted);
    assert!(thief.get(LIST).await.leads_to("/accesso"), "the planted secret opens nothing after the sign-in either");

    victim.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    assert_ne!(victim.cookie("__Host-sportello").unwrap(), first);
    victim.get(LIST).await.says(200, &["Rossi"]);
    thief.plant("__Host-sportello", &first);
    assert!(thief.get(LIST).await.leads_to("/accesso"), "the secret of the session before is dead");
}

#[tokio::test]
async fn to_leave_kills_the_session_on_the_server() {
    let (app, gestore) = open().await;
    for audience in [Audience::Cittadino, Audience::Ufficio] {
        app.operatore("Anna").await;
        let (name, list, leave) = match audience {
            Audience::Cittadino => ("__Host-sportello", LIST, "/esci"),
            Audience::Ufficio | Audience::Scuola => ("__Host-ufficio", "/ufficio/accessi", "/ufficio/esci"),
        };
        let mut person = Visitor::at(&app);
        person.sign_in(&gestore, audience, "Anna", list).await.leads_to_exactly(list);
        let secret = person.cookie(name).unwrap();
        let page = person.get(list).await;
        let left = person.post(leave, &[("_csrf", &page.csrf())]).await;
        assert_eq!(left.status.as_u16(), 303, "{}", left.body);
        assert_eq!(person.cookie(name), None, "the browser forgets it");
        let mut thief = Visitor::at(&app);
        thief.plant(name, &secret);
        assert_eq!(thief.get(list).await.status.as_u16(), 303, "and so does the server");
    }
}

#[tokio::test]
async fn one_ends_a_session_elsewhere_and_then_all() {
    let (app, gestore) = open().await;
    let (mut here, mut there) = (Visitor::at(&app), Visitor::at(&app));
    for person in [&mut here, &mut there] {
        person.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    }
    let page = here.get(LIST).await;
    page.says(200, &["Firefox, Linux", "20 minuti", "8 ore", "SPID, livello 2"]);
    let ids = page.values("chiudi");
    assert_eq!(ids.len(), 3, "two sessions and all: {ids:?}");
    let own = there.get(LIST).await;
    let mine = own.values_before("questo dispositivo", &ids);
    let ended = here.post(LIST, &[("_csrf", &page.csrf()), ("chiudi", &mine)]).await;
    ended.leads_to_exactly(&format!("{LIST}?chiuso=si"));
    assert!(there.get(LIST).await.leads_to("/accesso"));
    here.get(&format!("{LIST}?chiuso=si")).await.says(200, &["quell’accesso è chiuso"]);

    there.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    here.post(LIST, &[("_csrf", &page.csrf()), ("chiudi", "tutti")]).await.leads_to_exactly("/");
    assert!(here.get(LIST).await.leads_to("/accesso") && there.get(LIST).await.leads_to("/accesso"));

    let mut stranger = Visitor::at(&app);
    assert_eq!(stranger.post(LIST, &[("chiudi", "tutti")]).await.status.as_u16(), 403);
}

#[tokio::test]
async fn whoever_waits_too_long_comes_back_to_exactly_the_page_they_asked_for() {
    let (app, gestore) = open().await;
    let mut person = Visitor::at(&app);
    let page = "/area-personale/accessi?chiuso=si&da=posta%20%C3%A8%26";
    person.sign_in(&gestore, Audience::Cittadino, "Rossi", page).await.leads_to_exactly(page);
    person.get(page).await.says(200, &["Rossi"]);
    app.clock.pass(Audience::Cittadino.limits().idle - TimeDelta::minutes(1));
    person.get(page).await.says(200, &["Rossi"]);
    app.clock.pass(Audience::Cittadino.limits().idle);
    let door = person.get(page).await;
    assert!(door.leads_to("/accesso?poi="), "{}", door.header("location"));
    let destination = door.query("poi");
    assert_eq!(destination, page);
    person.sign_in(&gestore, Audience::Cittadino, "Rossi", &destination).await.leads_to_exactly(page);
    person.get(page).await.says(200, &["Rossi"]);
}

#[tokio::test]
async fn a_form_sent_after_the_time_is_kept_and_is_sent_again_after_the_sign_in() {
    let (app, gestore) = open().await;
    let mut person = Visitor::at(&app);
    person.sign_in(&gestore, Audience::Cittadino, "Rossi", "/modelli/iscrizione-mensa/avvia").await;
    let draft = person.get("/modelli/iscrizione-mensa/avvia").await.location();
    let draft = format!("{}/richiedente", draft.split_once('?').map_or(draft.as_str(), |(path, _)| path));
    let page = person.get(&draft).await;
    let form = page.form_of_the_page();
    app.clock.pass(Audience::Cittadino.limits().idle);
    let typed = "Via dell’Olmo 3 & scala \"B\"";
    let mut fields = form.fields.clone();
    fields.push(("nota-di-prova".into(), typed.into()));
    let kept = person.post_pairs(&form.action, &fields).await;
    kept.says(403, &["Non abbiamo ancora salvato nulla"]);
    let again = kept.form_of_the_page();
    assert_eq!(again.action, form.action, "to the same address");
    assert!(again.fields.contains(&("nota-di-prova".into(), typed.into())), "{:?}", again.fields);

    // In another tab.
    person.sign_in(&gestore, Audience::Cittadino, "Rossi", "/accesso/fatto").await.leads_to_exactly("/accesso/fatto");
    let asked = person.post_pairs(&again.action, &again.fields).await;
    asked.says(403, &["Conferma l’invio"]);
    let confirmed = asked.form_of_the_page();
    assert!(confirmed.fields.contains(&("nota-di-prova".into(), typed.into())));
    let saved = person.post_pairs(&confirmed.action, &confirmed.fields).await;
    assert!(matches!(saved.status.as_u16(), 303 | 422), "{}: {}", saved.status, saved.body);
}

#[tokio::test]
async fn a_provider_ends_a_session_and_gets_its_answer_through_the_browser() {
    let (app, gestore) = open().await;
    let mut person = Visitor::at(&app);
    person.index = Some("_s1".into());
    person.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    let message = gestore.logout_by_post(&app, &app.ente, &person.name_id, &["_s1"]);
    let fields = [("SAMLRequest", message.as_str()), ("RelayState", "r&\"s")];
    let mut anybody = Visitor::at(&app);
    let answer = anybody.post_from_afar("/spid/slo", &fields).await;
    answer.says(200, &["data-invia-subito", "action=\"https://alfa.idp.example/slo\"", "name=\"SAMLResponse\""]);
    assert_eq!(answer.value("RelayState"), "r&\"s");
    assert!(answer.header("content-security-policy").contains("form-action 'self' https://alfa.idp.example;"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(person.get(LIST).await.leads_to("/accesso"), "the session has ended");

    let replay = anybody.post_from_afar("/spid/slo", &fields).await;
    replay.says(403, &["Richiesta di uscita rifiutata"]);
    assert_eq!(replay.header("set-cookie"), "");

    person.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    let query = gestore.logout_by_redirect(&app, &app.ente, &person.name_id, &["_s1"]);
    let forged = query.replace("%2B", "%2b").replace("%2F", "%2f");
    anybody.get(&format!("/spid/slo?{forged}")).await.says(403, &["non abbiamo chiuso nulla"]);
    person.get(LIST).await.says(200, &["Rossi"]);
    let answer = anybody.get(&format!("/spid/slo?{query}")).await;
    assert_eq!(answer.status.as_u16(), 303);
    assert!(answer.header("location").starts_with("https://alfa.idp.example/slo?SAMLResponse="));
    assert!(person.get(LIST).await.leads_to("/accesso"));

    for (path, status) in [("/spid/slo", 400), ("/spid/slo?SAMLRequest=a", 403), ("/cie/slo?x", 403)] {
        assert_eq!(anybody.get(path).await.status.as_u16(), status, "{path}");
    }
    for fields in [&[][..], &[("SAMLRequest", "a"), ("SAMLResponse", "a")]] {
        assert_eq!(anybody.post_from_afar("/spid/slo", fields).await.status.as_u16(), 400);
    }
}

#[tokio::test]
async fn whoever_leaves_may_leave_the_provider_too() {
    let (app, gestore) = open().await;
    let mut person = Visitor::at(&app);
    person.index = Some("_s1".into());
    person.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
    let csrf = person.get(LIST).await.csrf();
    let left = person.post("/esci", &[("_csrf", &csrf)]).await;
    left.says(200, &["Sei uscito", "Esci anche da Gestore alfa", "action=\"https://alfa.idp.example/slo\""]);
    assert!(!left.body.contains("Mario Rossi"), "the page is drawn for nobody");
    assert!(left.header("content-security-policy").contains("form-action 'self' https://alfa.idp.example;"));
    assert_eq!(person.cookie("__Host-sportello"), None);
    assert!(person.get(LIST).await.leads_to("/accesso"), "whatever the provider says");

    let id = Gestore::message_id(&left.value("SAMLRequest"));
    let answer = gestore.logout_answer(&app, &app.ente, &id, LogoutStatus::Partial);
    let fields = [("SAMLResponse", answer.as_str())];
    person.post_from_afar("/spid/slo", &fields).await.says(200, &["Hai chiuso la sessione", "tutte le sessioni"]);
    person.post_from_afar("/spid/slo", &fields).await.says(403, &["rifiutata"]);
}

#[tokio::test]
async fn a_device_of_a_school_opens_attendance_and_asks_for_spid_everywhere_else() {
    let (app, gestore) = open().await;
    app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
    app.grant(&app.ente, "Anna", Ruolo::OperatoreScuola, Ambito::Plesso(SCUOLA.0.into())).await;
    let mut school = Visitor::at(&app);
    assert!(school.get("/scuola/presenze").await.leads_to("/scuola/accesso?poi="));
    school.get("/scuola/accesso").await.says(200, &["dispositivo della scuola", "12 ore"]);
    school.sign_in(&gestore, Audience::Scuola, "Anna", "/scuola/presenze").await.leads_to_exactly("/scuola/presenze");
    school.get("/scuola/presenze").await.says(
        200,
        &["Puoi caricare le presenze di: ", "· Scuola<", "action=\"/prova/scuola/presenze\"", "/scuola/esci"],
    );
    assert!(school.get("/scuola").await.leads_to("/scuola/presenze"));
    for elsewhere in ["/ufficio", "/ufficio/pratiche", "/ufficio/presenze", "/ufficio/accessi"] {
        assert!(school.get(elsewhere).await.leads_to("/ufficio/accesso?poi="), "{elsewhere}");
    }
    assert!(school.get(LIST).await.leads_to("/accesso?poi="));

    let mut thief = Visitor::at(&app);
    thief.plant("__Host-scuola", &school.cookie("__Host-scuola").unwrap());
    thief.get("/scuola/presenze").await.says(403, &["un altro dispositivo", "/scuola/accesso?poi="]);
    thief.plant("__Host-dispositivo", &"0".repeat(64));
    thief.get("/scuola/presenze").await.says(403, &["un altro dispositivo"]);
    thief.get("/scuola/accesso").await.says(200, &["dispositivo della scuola"]);
    thief.plant("__Host-ufficio", &school.cookie("__Host-scuola").unwrap());
    assert!(thief.get("/ufficio").await.leads_to("/ufficio/accesso"), "at the other door");

    app.clock.pass(TimeDelta::hours(11));
    let csrf = school.get("/scuola/presenze").await.csrf();
    school.post("/scuola/esci", &[("_csrf", &csrf)]).await.leads_to_exactly("/scuola/accesso");
    assert_eq!((school.cookie("__Host-scuola"), school.cookie("__Host-dispositivo")), (None, None));
}

/// A sign-in with certified keys.
async fn with_certified_keys(app: &App, person: &mut Visitor<'_>, gestore: &Gestore, destination: &str) -> Seen {
    let start = format!("/accesso/spid/avvia?idp={}&poi={destination}&livello=3", gestore.entity_id());
    let (request, _) = person.leave_by(gestore, &start).await;
    let mut draft = gestore.draft(app, &request, "Rossi");
    draft.level_class = draft.level_class.replace("SpidL2", "SpidL3");
    person.answer(&gestore.sign_parts(&draft, Signing::Both)).await
}

/// The fields of a form with a number typed into it, for the session of this token.
fn typed(form: &Form, csrf: &str) -> Vec<(String, String)> {
    let field = |(name, value): &(String, String)| {
        let value = match name.as_str() {
            "_csrf" => csrf,
            name if name.ends_with("cellulare") => MOBILE,
            _ => value,
        };
        (name.clone(), value.to_owned())
    };
    form.fields.iter().map(field).collect()
}

#[tokio::test]
async fn a_service_that_needs_certified_keys_asks_for_them_and_comes_back() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "alfa").await;
        let now = app.clock.now();
        app.publish_at_level(IdentityLevel::L3, (now - TimeDelta::days(1), now + TimeDelta::days(30))).await;
        let mut person = Visitor::at(app);
        person.sign_in(&gestore, Audience::Cittadino, "Rossi", SERVICE).await.leads_to_exactly(SERVICE);
        // Two factors open what is theirs, and not this.
        person.get(LIST).await.says(200, &["SPID, livello 2"]);
        let door = format!("/accesso?poi={SERVICE}&livello=3");
        person.get(SERVICE).await.leads_to_exactly(&door);
        person.get(&door).await.says(200, &["SPID di livello 3 oppure la CIE", "/accesso/spid?poi=", "livello=3"]);
        let list = person.get(&format!("/accesso/spid?poi={SERVICE}&livello=3")).await;
        assert_eq!(list.value("livello"), "3");
        let start = format!("/accesso/spid/avvia?idp={}&poi={SERVICE}&livello=3", gestore.entity_id());
        let (request, _) = person.leave_by(&gestore, &start).await;
        assert_eq!(request.level, IdentityLevel::L3);
        let mut draft = gestore.draft(app, &request, "Rossi");
        let low = person.answer(&gestore.sign_parts(&draft, Signing::Both)).await;
        low.says(403, &["livello=3"]);
        draft.level_class = draft.level_class.replace("SpidL2", "SpidL3");
        person.answer(&gestore.sign_parts(&draft, Signing::Both)).await.leads_to_exactly(SERVICE);
        let draft = person.get(SERVICE).await.location();
        assert!(draft.starts_with("/compila/"), "{draft}");
        // With two factors again, the draft that is there stays shut, for looking and for saving.
        let draft = draft.split('?').next().unwrap().to_owned();
        let page = person.get(&format!("{draft}/richiedente")).await;
        let form = page.form_of_the_page();
        let mut other = Visitor::at(app);
        other.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
        assert!(other.get(&draft).await.leads_to("/accesso?poi=/compila/"));
        let fields = typed(&form, &other.get(LIST).await.csrf());
        let kept = other.post_pairs(&form.action, &fields).await;
        let doors = "/prova/accesso?poi=/accesso/fatto";
        kept.says(403, &["Serve un accesso più sicuro", "SPID di livello 3", doors, "livello=3", MOBILE]);
        with_certified_keys(app, &mut other, &gestore, "/accesso/fatto").await.leads_to_exactly("/accesso/fatto");
        let confirm = other.post_pairs(&form.action, &kept.form_of_the_page().fields).await;
        confirm.says(403, &["Conferma l’invio", MOBILE]);
        let taken = other.post_pairs(&form.action, &confirm.form_of_the_page().fields).await.status.as_u16();
        assert!(matches!(taken, 303 | 422), "{taken}");
    })
    .await;
}

#[tokio::test]
async fn a_delegate_needs_certified_keys_too() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "alfa").await;
        let now = app.clock.now();
        app.publish_at_level(IdentityLevel::L3, (now - TimeDelta::days(1), now + TimeDelta::days(30))).await;
        let mut other = Visitor::at(app);
        other.sign_in(&gestore, Audience::Cittadino, "Rossi", LIST).await.leads_to_exactly(LIST);
        // In the name of another too: to the doors, and back to the page in that name.
        let page = other.get("/deleghe").await;
        let mut invite = page.form_of_the_page();
        invite.fields.retain(|(name, _)| name != "cf");
        invite.fields.extend([("cf".into(), codice_fiscale("Bianchi")), ("ambito".into(), "agire".into())]);
        other.post_pairs(&invite.action, &invite.fields).await.leads_to_exactly("/deleghe?fatto=invito");
        let mut delegate = Visitor::at(app);
        delegate.sign_in(&gestore, Audience::Cittadino, "Bianchi", "/deleghe").await.leads_to_exactly("/deleghe");
        let page = delegate.get("/deleghe").await;
        let id = page.body.split("/prova/deleghe/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let accept = [("_csrf", page.csrf()), ("azione", "accetta".to_owned())];
        let accept = accept.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(delegate.post(&format!("/deleghe/{id}"), &accept).await.status.as_u16(), 303);
        let there = format!("/per/{id}{SERVICE}");
        delegate.get(&there).await.leads_to_exactly(&format!("/accesso?poi={there}&livello=3"));
    })
    .await;
}
