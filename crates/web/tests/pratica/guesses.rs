//! Twenty thousand guesses at everything that is open to everybody: nobody learns from the answers which notices, people,
//! debts, payments and receipts exist.

use std::{collections::HashSet, net::SocketAddr};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, header},
};
use sportello_domain::{
    avviso::{NumeroAvviso, Segregazione},
    calendar,
    codice_fiscale::CodiceFiscale,
    posizione::PosizioneStatus,
    spontaneo::{month_value, months},
};
use sportello_store::{Tx, contatore, posizione, testing};
use tower::ServiceExt;

use super::{
    House,
    denaro::{Denaro, invoiced},
    file, maria,
};
use crate::common::ORIGIN;

/// Guesses at the form for notices, at the form of nine fields, at links of payments, at addresses of payers.
const NOTICES: usize = 8_000;
const FORMS: usize = 3_000;
const LINKS: usize = 5_000;
const ADDRESSES: usize = 4_000;
/// Guesses that one address may make at once.
const AT_ONCE: usize = 20;
/// Who owes the notice that exists: the first citizen of these tests.
const DEBTOR: &str = "RSSMRA01A01H501";
/// Payments that one person may begin in an hour.
const BEGUN_AT_MOST: usize = 10;

/// People who do not exist, each another one, with right check letters: the door also counts by person, and a guess that
/// is only counted would prove nothing.
fn strangers() -> impl Iterator<Item = String> {
    let days = (0..100).flat_map(|year| "ABCDEHLMPRST".chars().map(move |month| (year, month)));
    let bodies = days.flat_map(|(year, month)| (1..=28).map(move |day| format!("RSSMRA{year:02}{month}{day:02}H501")));
    bodies.filter(|body| body != DEBTOR).map(|body| checked(&body))
}

/// A codice fiscale with its check letter.
fn checked(body: &str) -> String {
    let letters = ('A'..='Z').map(|letter| format!("{body}{letter}"));
    letters.into_iter().find(|code| CodiceFiscale::parse(code, None).is_ok()).expect("one of the letters is right")
}

/// Somebody who guesses, from another address after each twenty tries.
struct Guesser<'a> {
    house: &'a House,
    /// Tells the addresses of this guesser from those of others.
    network: u8,
    tries: usize,
}

/// An answer with everything taken out that must differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Said {
    status: StatusCode,
    location: String,
    body: String,
}

impl<'a> Guesser<'a> {
    fn new(house: &'a House, network: u8) -> Self {
        Self { house, network, tries: 0 }
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> (Said, String) {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let typed: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
        let (batch, network) = (self.tries / AT_ONCE, self.network);
        self.tries += 1;
        let peer = format!("10.{network}.{}.{}:5000", batch / 250, batch % 250 + 1).parse().unwrap();
        ask(self.house, Method::POST, path, peer, pairs.join("&"), &typed).await
    }

    async fn get(&mut self, path: &str, guessed: &[&str]) -> Said {
        let peer = format!("10.{}.{}.{}:5000", self.network, self.tries / 250, self.tries % 250 + 1).parse().unwrap();
        self.tries += 1;
        ask(self.house, Method::GET, path, peer, String::new(), guessed).await.0
    }
}

/// How many tries one address has at a form before it is told to wait.
async fn patience(house: &House, network: u8, path: &str, body: &str) -> usize {
    let peer: SocketAddr = format!("10.{network}.255.1:5000").parse().unwrap();
    for tries in 0..10 * AT_ONCE {
        if ask(house, Method::POST, path, peer, body.to_owned(), &[]).await.0.status == StatusCode::TOO_MANY_REQUESTS {
            return tries;
        }
    }
    panic!("an address may guess without end");
}

/// Asks; gives the answer as it may be compared, and where it leads.
async fn ask(
    house: &House,
    method: Method,
    path: &str,
    peer: SocketAddr,
    body: String,
    typed: &[&str],
) -> (Said, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(peer))
        .body(Body::from(body))
        .unwrap();
    let response = house.0.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let location = response.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
    let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    (Said { status, location: alike(&location, typed), body: alike(&body, typed) }, location)
}

/// A text without what was typed (it comes back) and without what is made anew each time: keys, links, numbers of notices.
fn alike(text: &str, typed: &[&str]) -> String {
    let mut text = text.to_owned();
    let mut typed: Vec<&str> = typed.iter().copied().filter(|word| word.len() > 3).collect();
    typed.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    for word in typed {
        text = text.replace(word, "…");
    }
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_hexdigit() || (letter == ' ' && run.ends_with(|last: char| last.is_ascii_digit())) {
            run.push(letter);
            continue;
        }
        // Eighteen digits in groups of four, or a secret.
        out.push_str(if run.trim_end().len() >= 18 { "…" } else { &run });
        run.clear();
        out.push(letter);
    }
    out
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A portal in which somebody owes the notice of base 99.
async fn open() -> (House, Denaro) {
    let house = House::open().await;
    let filed = file(&maria(&house).await).await;
    let money = invoiced(&house, filed.rsplit('/').next().unwrap()).await;
    // Its number was given by hand: the ente counts on from there.
    let ente = house.0.prova.id;
    let counted = async move |tx: &mut Tx| contatore::next_block(tx, ente, "avviso", 0, 99).await;
    house.0.portal.store().write(ente, counted).await.unwrap();
    (house, money)
}

fn notice(base: u64) -> NumeroAvviso {
    NumeroAvviso::issue(Segregazione::parse("02").unwrap(), base).unwrap()
}

async fn status(house: &House, money: &Denaro) -> PosizioneStatus {
    let (ente, debt) = (house.0.prova.id, money.posizione);
    let row = house.0.portal.store().read(ente, async move |read| posizione::by_id(read, ente, debt).await);
    row.await.unwrap().unwrap().status
}

#[test]
fn there_are_twenty_thousand_guesses() {
    assert_eq!(NOTICES + FORMS + LINKS + ADDRESSES, 20_000);
}

#[tokio::test]
async fn guesses_at_notices_tell_nothing() {
    let (house, _) = open().await;
    let mut guesser = Guesser::new(&house, 0);
    let mut answers = HashSet::new();
    for (number, cf) in strangers().take(NOTICES).enumerate() {
        // One of a hundred is the number of the notice that exists.
        let base = if number % 100 == 0 { 99 } else { number as u64 + 1_000 };
        let codice = notice(base);
        let fields = [("codice", codice.as_str()), ("cf", cf.as_str())];
        answers.insert(guesser.post("/pagopa/prova/avviso", &fields).await.0);
    }
    assert_eq!((guesser.tries, answers.len()), (NOTICES, 1), "an answer differs");
    assert!(answers.iter().all(|said| said.status == StatusCode::UNPROCESSABLE_ENTITY));
    let (right, debtor) = (notice(99), checked(DEBTOR));
    let fields = [("codice", right.as_str()), ("cf", debtor.as_str())];
    // A machine that is slow enough gives some tries back meanwhile: one every three seconds.
    assert!(patience(&house, 0, "/pagopa/prova/avviso", "codice=1&cf=2").await >= AT_ONCE);
    // The search sees: the one right pair leads on, from an address that has tries left.
    let (said, _) = guesser.post("/pagopa/prova/avviso", &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "the holder of the notice");
}

/// What one writes into the nine fields.
struct Nine<'a> {
    cf: &'a str,
    alunno: &'a str,
    importo: &'a str,
    dati: &'a str,
    periodo: &'a str,
}

impl Nine<'_> {
    /// The form's answer, and that of the page that it leads to.
    async fn begin(&self, guesser: &mut Guesser<'_>) -> Vec<Said> {
        let key = format!("{:064x}", testing::id().as_u128());
        let fields = [
            ("cf", self.cf),
            ("nome", "Mario Rossi"),
            ("email", "chi.paga@posta.example"),
            ("alunno", self.alunno),
            ("periodo", self.periodo),
            ("struttura", "primaria"),
            ("importo", self.importo),
            ("utente", ""),
            ("dati", self.dati),
            ("chiave", &key),
        ];
        let (said, location) = guesser.post("/pagopa/prova/spontaneo/mensa-scolastica", &fields).await;
        if said.status != StatusCode::SEE_OTHER {
            return vec![said];
        }
        let typed: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
        let peer = format!("10.{}.0.1:5000", guesser.network).parse().unwrap();
        let page = ask(guesser.house, Method::GET, &location, peer, String::new(), &typed).await.0;
        vec![said, page]
    }
}

#[tokio::test]
async fn the_form_of_nine_fields_answers_the_same_whoever_owes() {
    let (house, money) = open().await;
    let mut guesser = Guesser::new(&house, 1);
    let (debtor, mut people) = (checked(DEBTOR), strangers());
    let today = calendar::legal_date(house.0.portal.clock().now());
    let periodo = month_value(*months(today).first().unwrap());
    let (mut good, mut bad, mut owing) = (HashSet::new(), HashSet::new(), 0);
    for number in 0..FORMS {
        let stranger = people.next().unwrap();
        let owes = number % (FORMS / BEGUN_AT_MOST) == 0;
        owing += usize::from(owes);
        let nine = Nine {
            cf: if owes { &debtor } else { &stranger },
            // The child that is enrolled, and one that nobody has.
            alunno: if number % 2 == 0 { "Brambilla Luca" } else { "Nessuno Mai" },
            // What is owed, and other amounts.
            importo: if number % 3 == 0 { "81,00" } else { "80,99" },
            dati: if number % 5 == 0 { "retta 12/M/2026" } else { "retta 99/M/2026" },
            periodo: &periodo,
        };
        if number % 4 == 1 {
            bad.insert(Nine { importo: "10.000", ..nine }.begin(&mut guesser).await);
        } else {
            good.insert(nine.begin(&mut guesser).await);
        }
    }
    assert_eq!((guesser.tries, owing), (FORMS, BEGUN_AT_MOST));
    assert_eq!((good.len(), bad.len()), (1, 1), "an answer differs");
    assert!(good.iter().all(|said| said.len() == 2 && said[1].status == StatusCode::OK));
    assert!(bad.iter().all(|said| said[0].status == StatusCode::UNPROCESSABLE_ENTITY));
    // The comparison sees: one other word on the page, that of another month, would have made two answers.
    let (stranger, periodo) = (people.next().unwrap(), month_value(months(today)[1]));
    let other = Nine { cf: &stranger, alunno: "Brambilla Luca", importo: "81,00", dati: "", periodo: &periodo };
    assert!(!good.contains(&other.begin(&mut guesser).await), "nothing can differ");
    // And an address has its limit here too.
    assert!(patience(&house, 1, "/pagopa/prova/spontaneo/mensa-scolastica", "cf=1").await >= AT_ONCE);
    assert_eq!(status(&house, &money).await, PosizioneStatus::Open);
}

/// The links of payments and everything behind them: the page, the way back from the payment site, the notice, paying.
#[tokio::test]
async fn guesses_at_links_tell_nothing() {
    let (house, _) = open().await;
    let mut guesser = Guesser::new(&house, 2);
    let (right, debtor) = (notice(99), checked(DEBTOR));
    let fields = [("codice", right.as_str()), ("cf", debtor.as_str())];
    let (_, location) = guesser.post("/pagopa/prova/avviso", &fields).await;
    guesser.tries = 0;
    let link = location.rsplit('/').next().unwrap().to_owned();
    let ways = ["", "?come=ok", "?come=annullato", "/avviso.pdf"];
    let mut answers: [HashSet<Said>; 4] = Default::default();
    for number in 0..LINKS {
        let guessed = match number % 5 {
            // One letter of the right link is another one.
            0 => changed(&link, number / 5),
            // Identifiers that exist: of a receipt, of a cart, and the right link in another spelling or cut short.
            1 => ["ricevuta-1", "carrello", &link.to_uppercase(), &link[..63]][number / 5 % 4].to_owned(),
            _ => format!("{:064x}", testing::id().as_u128()),
        };
        let way = number % ways.len();
        let path = format!("/pagopa/prova/pagamento/{guessed}{}", ways[way]);
        answers[way].insert(guesser.get(&path, &[&guessed]).await);
    }
    assert_eq!(guesser.tries, LINKS);
    for (way, said) in ways.iter().zip(&answers) {
        assert_eq!(said.len(), 1, "an answer differs: {way}");
        assert!(said.iter().all(|said| said.status == StatusCode::NOT_FOUND), "{way}");
    }
    let elsewhere = format!("/pagopa/altrove/pagamento/{link}");
    assert_eq!(guesser.get(&elsewhere, &[&link]).await.status, StatusCode::NOT_FOUND, "the link of another ente");
    assert_eq!(guesser.get(&location, &[&link]).await.status, StatusCode::OK, "the right link");
}

/// A link with one other letter; `number` says which, and what it becomes.
fn changed(link: &str, number: usize) -> String {
    let at = number % link.len();
    let old = link.as_bytes()[at] as char;
    let new = "0123456789abcdef".chars().cycle().skip(number / link.len()).find(|letter| *letter != old).unwrap();
    format!("{}{new}{}", &link[..at], &link[at + 1..])
}

/// Return addresses, receipts, notices and invoices of people who sign in: asked for by nobody and by somebody else.
#[tokio::test]
async fn guesses_at_addresses_of_payers_tell_nothing() {
    let (house, money) = open().await;
    let stranger = house.0.cittadino(&house.0.prova, 2).await;
    let mut guesser = Guesser::new(&house, 3);
    let (debt, attempt) = (money.posizione.to_string(), money.tentativo.to_string());
    let (child, invoice) = (money.alunno.to_string(), money.documento.to_string());
    let mut answers: [[HashSet<Said>; 2]; 6] = Default::default();
    for number in 0..ADDRESSES / 2 {
        let exists = number % 50 < 6;
        let way = number % 6;
        let id = |real: &String| if exists { real.clone() } else { testing::id().to_string() };
        let [debt, attempt, child, invoice] = [&debt, &attempt, &child, &invoice].map(id);
        let receipt = if exists { "ricevuta-1" } else { "ricevuta-2" };
        let path = match way {
            0 => format!("pagamenti/esito/{attempt}?come=ok"),
            1 => format!("pagamenti/esito/{attempt}?come=annullato"),
            2 => format!("pagamenti/ricevuta/{debt}"),
            3 => format!("pagamenti/avviso/{debt}"),
            4 => format!("pagamenti/ricevuta/{receipt}"),
            _ => format!("documenti-contabili/{child}/{invoice}"),
        };
        let path = format!("/prova/servizi-scolastici/{path}");
        let guessed = [debt.as_str(), &attempt, &child, &invoice, receipt];
        answers[way][0].insert(guesser.get(&path, &guessed).await);
        let seen = house.0.get(&path, Some(&stranger)).await;
        guesser.tries += 1;
        answers[way][1].insert(Said {
            status: seen.status,
            location: alike(seen.header("location"), &guessed),
            body: alike(&seen.body, &guessed),
        });
    }
    assert_eq!(guesser.tries, ADDRESSES);
    for (way, [nobody, somebody]) in answers.iter().enumerate() {
        assert_eq!((nobody.len(), somebody.len()), (1, 1), "an answer differs: {way}");
        assert!(nobody.iter().all(|said| said.status == StatusCode::SEE_OTHER), "{way}: {nobody:?}");
        assert!(somebody.iter().all(|said| said.status == StatusCode::NOT_FOUND), "{way}: {somebody:?}");
    }
    // The owner is answered: the rows exist.
    let owner = maria(&house).await;
    let own = house.0.get(&format!("/prova/servizi-scolastici/pagamenti/esito/{attempt}"), Some(&owner.person)).await;
    assert_eq!(own.status, StatusCode::OK);
}
