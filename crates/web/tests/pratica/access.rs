//! Every method of every route, as everybody who may not use it: nobody, another citizen, the other door, another ente.
//!
//! The identifiers in the paths are those of rows that exist and belong to somebody else. A route whose holes are not
//! known here fails the test: whoever adds one says whose rows it shows.

use axum::http::{Method, StatusCode};
use sportello_domain::{
    id::{DocumentoId, PraticaId},
    pratica::PraticaStatus,
    ruolo::Ruolo,
};
use sportello_store::{
    Json, binds,
    campione::{self, Ground, NewCampione, Scope},
    esito_sdd::{self, EsitoRow},
    pratica as row,
    provvedimento::{self, ProvvedimentoRow},
    saml_log::{self, SamlLogRow},
    scarto::{self, Kind, NewScarto},
    seal::Sealed,
    testing,
};
use sportello_web::routes::{self, Access, Route};

use super::{
    House, LIST,
    browser::Reading,
    denaro::{Denaro, Waits, invoiced, unmatched},
    file, fill, maria, paolo, start,
};
use crate::common::{Answer, CSRF, ORIGIN, Person, address, codice_fiscale};

/// Rows of one citizen.
pub struct Rows {
    draft: String,
    draft_file: String,
    filed_draft: String,
    pratica: String,
    pratica_file: String,
    denaro: Denaro,
    /// Opens a payment that somebody began at the payment door.
    link: String,
    /// A file for the bank.
    distinta: String,
    /// An answer of the bank.
    esito: String,
    /// A delega to a third person.
    delega: String,
    /// A spontaneous payment that waits for the office, and a receipt that does not fit.
    waits: Waits,
    /// A message of the sign-in log.
    messaggio: String,
    /// A role of a member of staff.
    ruolo: String,
    /// A change that waits for a second person.
    proposta: String,
    /// A session at the desk of the clerk of [`people`].
    per_conto: String,
    /// A task of the office.
    compito: String,
    /// A decision about the pratica, without its document.
    atto: String,
    /// An e-mail that was given up.
    posta: String,
    /// A proposal to delete what is past its time.
    scarto: String,
    /// A draw with the pratica.
    campione: String,
}

impl Rows {
    /// The path of a route with these rows in its holes.
    pub fn path(&self, route: &Route) -> String {
        let draft = route.path.starts_with("/compila/");
        let filed = ["/compila/{id}/inviata", "/compila/{id}/posto"].contains(&route.path);
        let part = |part: &str| match part {
            "{id}" if filed => self.filed_draft.clone(),
            "{id}" if draft => self.draft.clone(),
            "{id}" if route.path.starts_with("/ufficio/sdd/") => self.distinta.clone(),
            "{id}" if route.path.starts_with("/ufficio/per-conto/") => self.per_conto.clone(),
            "{id}" if route.path.starts_with("/deleghe/") => self.delega.clone(),
            "{sha256}" => self.esito.clone(),
            "{bozza}" => self.filed_draft.clone(),
            "{giorno}" => "2026-09-01".into(),
            "{id}" => self.pratica.clone(),
            "{file}" if route.path.starts_with("/tema") => "0.css".into(),
            "{file}" if draft => self.draft_file.clone(),
            "{file}" => self.pratica_file.clone(),
            "{alunno}" => self.denaro.alunno.to_string(),
            "{documento}" => self.denaro.documento.to_string(),
            "{atto}" => self.atto.clone(),
            "{debito}" => self.denaro.posizione.to_string(),
            "{tentativo}" => self.denaro.tentativo.to_string(),
            "{ciclo}" => self.denaro.ciclo.to_string(),
            "{pagamento}" => self.waits.pagamento.to_string(),
            "{ricevuta}" => self.waits.ricevuta.into(),
            "{link}" => self.link.clone(),
            "{messaggio}" => self.messaggio.clone(),
            "{ruolo}" => self.ruolo.clone(),
            "{proposta}" => self.proposta.clone(),
            "{compito}" => self.compito.clone(),
            "{posta}" => self.posta.clone(),
            "{scarto}" => self.scarto.clone(),
            "{campione}" => self.campione.clone(),
            "{pagina}" => "richiedente".into(),
            "{versione}" => "1".into(),
            "{prova}" => uuid::Uuid::nil().to_string(),
            // What ships with the program stands in every ente: it is nobody's row.
            "{code}" | "{codice}" | "{modello}" => "iscrizione-mensa".into(),
            "{anno}" => "2026".into(),
            "{categoria}" => "educazione-e-formazione".into(),
            "{servizio}" => "mensa-scolastica".into(),
            hole if hole.starts_with('{') => panic!("{}: whose row is {hole}?", route.path),
            fixed => fixed.into(),
        };
        route.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// The identifier that follows `before` in a page.
fn after(body: &str, before: &str) -> String {
    let at = body.find(before).unwrap_or_else(|| panic!("{before} is not in the page")) + before.len();
    body[at..].chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect()
}

/// The rows that the paths name.
pub async fn rows(house: &House) -> Rows {
    house.0.publish_places().await;
    let maria = maria(house).await;
    let filed_draft = start(&maria).await;
    let pratica = file(&maria).await;
    let detail = maria.get(&pratica).await;
    let draft = start(&maria).await;
    assert_ne!(filed_draft, draft);
    fill(&maria, &draft).await.location();
    let summary = maria.get(&format!("{draft}/riepilogo")).await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let begun = house.0.post("/pagopa/prova/spontaneo/mensa-scolastica", None, &spontaneo()).await;
    Rows {
        denaro: invoiced(house, &id(&pratica)).await,
        link: id(begun.location()),
        atto: atto(house, id(&pratica).parse().unwrap()).await,
        draft_file: after(&summary.body, &format!("{draft}/file/")),
        draft: id(&draft),
        filed_draft: id(&filed_draft),
        pratica_file: after(&detail.body, &format!("{pratica}/file/")),
        scarto: scarto(house, &id(&pratica)).await,
        campione: campione(house, &id(&pratica)).await,
        pratica: id(&pratica),
        distinta: distinta(house).await,
        esito: esito(house).await,
        waits: unmatched(house).await,
        delega: super::delega::invited(&maria, codice_fiscale(77).as_str()).await,
        messaggio: messaggio(house).await,
        ruolo: ruolo(house).await,
        proposta: super::proposte::waiting(house).await,
        per_conto: super::per_conto::opened(&house.clerk(5, ALL).await, 78).await,
        compito: super::compiti::left(house, id(&pratica).parse().unwrap()).await.to_string(),
        posta: posta(house).await,
    }
}

/// The form of the payment door, filled in.
pub fn spontaneo() -> String {
    format!(
        "chiave={:064x}&cf=RSSMRA85C12B442I&nome=Mario+Rossi&email=mario%40posta.example&alunno=Rossi+Anna\
         &periodo=2026-07&struttura=primaria&importo=81%2C00",
        7
    )
}

/// A message of the sign-in log of the ente.
async fn messaggio(house: &House) -> String {
    let (ente, id) = (house.0.prova.id, house.0.portal.request_id().uuid());
    let row = SamlLogRow { id, outcome: "unsolicited".into(), at: testing::now(), ..SamlLogRow::default() };
    let made = house.0.portal.store().write(ente, async move |tx| saml_log::record(tx, ente, &row).await);
    made.await.unwrap();
    id.to_string()
}

/// A proposal to delete, about a pratica.
async fn scarto(house: &House, pratica: &str) -> String {
    let (ente, id, now) = (house.0.prova.id, house.0.portal.request_id().uuid(), testing::now());
    let new = NewScarto {
        id,
        kind: Kind::Dieta,
        pratica_id: pratica.parse().unwrap(),
        ended_on: now.date_naive(),
        years: 1,
        atto: String::new(),
        at: now,
    };
    assert!(house.0.portal.store().write(ente, async move |tx| scarto::propose(tx, ente, &new).await).await.unwrap());
    id.to_string()
}

/// A draw of which a pratica is the only one.
async fn campione(house: &House, pratica: &str) -> String {
    let (ente, id, now) = (house.0.prova.id, house.0.portal.request_id().uuid(), testing::now());
    let (day, pratica): (_, PraticaId) = (now.date_naive(), pratica.parse().unwrap());
    let drawn = house.0.portal.store().write(ente, async move |tx| {
        // Who drew it does not matter here.
        let by = row::by_id(tx, ente, pratica).await?.map(|found| found.persona_id).unwrap();
        let new = NewCampione {
            id,
            scope: Scope { modello: None, dal: day, al: day },
            percent: 5,
            seed: String::new(),
            population: 1,
            population_sha256: String::new(),
            population_list: String::new(),
            at: now,
            by,
        };
        campione::add(tx, ente, &new).await?;
        campione::choose(tx, ente, id, pratica, Ground::Drawn).await
    });
    drawn.await.unwrap();
    id.to_string()
}

/// A role that somebody holds at the ente.
async fn ruolo(house: &House) -> String {
    house.clerk(90, &[Ruolo::Ragioneria]).await;
    super::ruoli::held(house, 90).await.remove(0)
}

/// An e-mail of the ente that was given up.
async fn posta(house: &House) -> String {
    let (ente, key, now) = (house.0.prova.id, house.0.portal.request_id().uuid(), testing::now());
    let sql = "INSERT INTO job (ente_id, id, kind, payload, state, run_at, attempts, max_attempts, created_at, done_at)
        VALUES ($1, $2, 'posta_bozza', $3, 'fallito', $4, 8, 8, $4, $4)";
    let payload = Json(serde_json::json!({ "v": 1 }));
    let made =
        house.0.portal.store().write(ente, async move |tx| tx.execute(sql, binds![ente, key, payload, now]).await);
    made.await.unwrap();
    key.to_string()
}

/// A file for the bank without bytes, of the ente.
async fn distinta(house: &House) -> String {
    let (ente, key, now) = (house.0.prova.id, house.0.portal.request_id().uuid(), testing::now());
    let on = now.date_naive();
    let sql =
        "INSERT INTO distinta_sdd (ente_id, id, msg_id, collection_on, status, count, total_cents, sha256, created_at)
        VALUES ($1, $2, 'SDD-2026-000001', $3, 'generata', 0, 0, 'ab', $4)";
    let made = house.0.portal.store().write(ente, async move |tx| tx.execute(sql, binds![ente, key, on, now]).await);
    made.await.unwrap();
    key.to_string()
}

/// A decision about a pratica whose document is not made yet.
async fn atto(house: &House, pratica: PraticaId) -> String {
    let ente = house.0.prova.id;
    let row = ProvvedimentoRow {
        id: DocumentoId::new(uuid::Uuid::from_u128(7)),
        pratica_id: pratica,
        kind: PraticaStatus::RejectionNotice,
        made_at: testing::now(),
        made_by: None,
        sealed_text: Sealed::from_bytes(vec![0]),
        protocollo_aoo: None,
        protocollo_anno: None,
        protocollo_numero: None,
        opened_at: None,
    };
    let id = row.id.to_string();
    house.0.portal.store().write(ente, async move |tx| provvedimento::add(tx, ente, &row).await).await.unwrap();
    id
}

/// An answer of the bank without records, of the ente.
async fn esito(house: &House) -> String {
    let ente = house.0.prova.id;
    let row = EsitoRow {
        sha256: "ab".repeat(32),
        file_name: "esito.xml".into(),
        imported_at: testing::now(),
        rows: 0,
        righe: Json(serde_json::json!([])),
    };
    let sha256 = row.sha256.clone();
    house.0.portal.store().write(ente, async move |tx| esito_sdd::add(tx, ente, &row).await).await.unwrap();
    sha256
}

/// Asks for a route with whatever its form needs.
pub async fn ask(house: &House, route: &Route, path: &str, person: Option<&Person>) -> Answer {
    // Whatever the handlers need to get as far as the use case that decides.
    let button = match route.path {
        "/deleghe/{id}" => "termina",
        path if path.ends_with("/decisione") => "respingi",
        _ => "avanti",
    };
    let form = format!(
        "_csrf={CSRF}&azione={button}&_azione={button}&revisione=1&versione=1&motivo=prova&impronta=0&dichiaro=si&chiave={:064x}",
        1
    );
    let body = if route.method.is_safe() { String::new() } else { form };
    house.0.send(route.method.clone(), path, person, &[("origin", ORIGIN)], body).await
}

/// Not signed in at this door: led to it, or, with a form, told to sign in; nothing done.
fn assert_door(route: &Route, answer: &Answer, door: &str, who: &str) {
    let what = format!("{} {} as {who}: {}", route.method, route.path, answer.status);
    if route.method == Method::GET {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}");
        assert!(answer.header("location").starts_with(door), "{what}");
    } else {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
    }
}

const ALL: &[Ruolo] =
    &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::OperatoreDiete, Ruolo::Ragioneria, Ruolo::Auditor];

/// Everybody who may try.
struct People {
    owner: Person,
    other: Person,
    clerk: Person,
    administrator: Person,
    foreign_clerk: Person,
    foreign_citizen: Person,
}

async fn people(house: &House) -> People {
    let altrove = &house.0.altrove;
    People {
        owner: maria(house).await.person,
        other: paolo(house).await.person,
        clerk: house.clerk(5, ALL).await.person,
        administrator: house.clerk(6, &[Ruolo::Amministratore]).await.person,
        foreign_clerk: house.0.operatore(altrove, 7, ALL).await,
        foreign_citizen: house.0.cittadino(altrove, 8).await,
    }
}

/// Whether the path of a route names a row that belongs to somebody.
fn names_a_row(route: &Route) -> bool {
    let holes = [
        "{id}",
        "{alunno}",
        "{debito}",
        "{tentativo}",
        "{ciclo}",
        "{sha256}",
        "{documento}",
        "{pagamento}",
        "{ricevuta}",
        "{messaggio}",
        "{proposta}",
        "{codice}",
        "{bozza}",
        "{posta}",
        "{scarto}",
        "{campione}",
    ];
    holes.iter().any(|hole| route.path.contains(hole))
}

/// A route of citizens: the other door and other enti are led to the sign-in, other people find nothing.
async fn try_cittadino(house: &House, route: &Route, inside: &str, people: &People) {
    let (path, elsewhere) = (address("prova", inside), address("altrove", inside));
    for (who, person) in [
        ("nobody", None),
        ("a clerk", Some(&people.clerk)),
        ("a citizen of another ente", Some(&people.foreign_citizen)),
        ("a clerk of another ente", Some(&people.foreign_clerk)),
    ] {
        assert_door(route, &ask(house, route, &path, person).await, "/prova/accesso?poi=", who);
    }
    if !names_a_row(route) {
        return;
    }
    // The other parent is another citizen: only the applicant has a way in.
    for (who, path, person) in
        [("the other parent", &path, &people.other), ("a citizen elsewhere", &elsewhere, &people.foreign_citizen)]
    {
        let answer = ask(house, route, path, Some(person)).await;
        let what = format!("{} {} as {who}: {}", route.method, route.path, answer.status);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }
}

/// A route of the office: citizens and other enti are led to its sign-in, a missing role is refused, and the same
/// identifier means nothing in another ente.
async fn try_ufficio(house: &House, route: &Route, inside: &str, people: &People) {
    let school = route.path.starts_with("/scuola");
    let door = if school { "/prova/scuola/accesso?poi=" } else { "/prova/ufficio/accesso?poi=" };
    let (path, elsewhere) = (address("prova", inside), address("altrove", inside));
    for (who, person) in [
        ("nobody", None),
        ("the owner", Some(&people.owner)),
        ("another citizen", Some(&people.other)),
        ("a clerk of another ente", Some(&people.foreign_clerk)),
    ] {
        assert_door(route, &ask(house, route, &path, person).await, door, who);
    }
    if school {
        // The office has another door, whoever comes from it.
        for clerk in [&people.clerk, &people.administrator] {
            assert_door(route, &ask(house, route, &path, Some(clerk)).await, door, "a clerk");
        }
        return;
    }
    let answer = ask(house, route, &path, Some(&people.administrator)).await;
    // What every role may use, the administrator may; all else not by that role alone.
    // The log of sign-ins refuses by itself, so that whoever tried is noted.
    let welcome = matches!(route.access, Access::Ufficio(roles) if roles.contains(&Ruolo::Amministratore))
        && !route.path.starts_with("/ufficio/tracciatura");
    let what = format!("{} {} as an administrator: {}", route.method, route.path, answer.status);
    assert_eq!(answer.status != StatusCode::FORBIDDEN, welcome, "{what}");
    if names_a_row(route) {
        let answer = ask(house, route, &elsewhere, Some(&people.foreign_clerk)).await;
        let what = format!("{} {} elsewhere: {}", route.method, route.path, answer.status);
        // Pages that only lead back to the pratica show nothing of it.
        let led_back = route.method == Method::GET && answer.status == StatusCode::SEE_OTHER;
        assert!(led_back || answer.status == StatusCode::NOT_FOUND, "{what}");
    }
}

#[tokio::test]
async fn every_route_refuses_everybody_who_may_not_use_it() {
    let house = House::open().await;
    let rows = rows(&house).await;
    let people = people(&house).await;
    for route in routes::table() {
        let inside = rows.path(&route);
        match route.access {
            Access::Public => {
                let answer = ask(&house, &route, &address("prova", &inside), None).await;
                // This portal has no payment site behind it.
                let pays = route.method == Method::POST && route.path == "/pagopa/pagamento/{link}";
                let expected =
                    if pays { answer.status == StatusCode::BAD_GATEWAY } else { !answer.status.is_server_error() };
                assert!(expected, "{} {}: {}", route.method, route.path, answer.status);
                let named = route.path == "/pagopa/pagamento/{link}";
                assert!(!named || answer.header("cache-control") == "no-store", "{}", route.path);
                let door = route.method == Method::GET && route.path.starts_with("/pagopa");
                assert!(!door || answer.status == StatusCode::OK, "{} {}", route.path, answer.status);
                // Whoever holds the link of one ente finds nothing at another.
                let elsewhere = ask(&house, &route, &address("altrove", &inside), None).await;
                assert!(!route.path.contains("{link}") || elsewhere.status == StatusCode::NOT_FOUND, "{}", route.path);
            }
            Access::Cittadino => try_cittadino(&house, &route, &inside, &people).await,
            Access::Ufficio(_) => try_ufficio(&house, &route, &inside, &people).await,
        }
    }
    let untouched = house.0.get(&format!("/prova{LIST}/{}", rows.pratica), Some(&people.owner)).await;
    untouched.says(200, &["/ritira"]);
}

#[tokio::test]
async fn every_page_opens_to_whom_it_belongs() {
    let house = House::open().await;
    let rows = rows(&house).await;
    let owner = maria(&house).await.person;
    let clerk = house.clerk(5, ALL).await.person;
    let school = house.0.scuola(&house.0.prova, 9).await;
    for route in routes::table().iter().filter(|route| route.method == Method::GET) {
        let person = match route.access {
            Access::Public => continue,
            Access::Cittadino => &owner,
            Access::Ufficio(_) if route.path.starts_with("/scuola") => &school,
            Access::Ufficio(_) => &clerk,
        };
        let answer = ask(&house, route, &address("prova", &rows.path(route)), Some(person)).await;
        // The day is not over, so its register is not there.
        let to_come = route.path.ends_with("{giorno}") && answer.status == StatusCode::NOT_FOUND;
        assert!(
            answer.status == StatusCode::OK || answer.status == StatusCode::SEE_OTHER || to_come,
            "{}: {} {}",
            route.path,
            answer.status,
            answer.body
        );
        assert!(!answer.header("location").contains("accesso"), "{}", route.path);
        assert_eq!(answer.header("cache-control"), "no-store", "{}", route.path);
    }
}

#[tokio::test]
async fn what_is_not_declared_does_not_exist() {
    let house = House::open().await;
    let owner = maria(&house).await.person;
    for path in ["/prova/compila", "/prova/ufficio/utenti", "/prova/pratiche/apertura/altro", "/prova/sessione"] {
        assert_eq!(house.0.get(path, Some(&owner)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::POST] {
        let answer =
            house.0.send(method.clone(), "/prova/pratiche", Some(&owner), &[("origin", ORIGIN)], String::new()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}
