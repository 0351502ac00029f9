//! The client against the simulator, over a real connection.
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

use std::time::Duration;

use chrono::{DateTime, Utc};
use sportello_protocollo::{Account, Client, Richiesta, SystemError};
use sportello_sim::protocollo::{Protocollo, Switch, Trouble};

const PATIENT: Duration = Duration::from_secs(20);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn account() -> Account {
    Account {
        administration: "C_X000".into(),
        username: "PORTALE".into(),
        role: "PROTOCOLLISTA".into(),
        application: "SPORTELLO".into(),
        register: "REG1".into(),
    }
}

async fn reached(account: Account, timeout: Duration) -> (Protocollo, Client) {
    let system = Protocollo::new(|| at("2026-12-31T23:30:00Z"));
    let address = system.listen().await.unwrap();
    let client = Client::new(&format!("http://{address}/protocollo/"), account, timeout).unwrap();
    (system, client)
}

fn richiesta(key: &str) -> Richiesta {
    Richiesta {
        key: key.into(),
        received_at: at("2026-12-31T22:58:07Z"),
        sender: "Mario Rossi".into(),
        subject: "Iscrizione alla mensa".into(),
        sha256: "ab".repeat(32),
        fascicolo: "2026-VII/1.184".into(),
        emergenza: Some("3/2026".into()),
    }
}

#[tokio::test]
async fn a_document_is_prepared_once_and_numbered_once() {
    let (system, client) = reached(account(), PATIENT).await;
    let (one, other) = (richiesta("a-1"), richiesta("a-12"));
    let id = client.prepare(&one).await.unwrap();
    assert_eq!(client.prepare(&one).await.unwrap(), id);
    // A name that begins like another one is another one.
    assert_ne!(client.prepare(&other).await.unwrap(), id);
    let registrata = client.register(&one, &id).await.unwrap();
    assert_eq!((registrata.numero, registrata.anno, registrata.registro.as_str()), (1, 2027, "REG1"));
    assert_eq!(registrata.giorno, "2027-01-01".parse().unwrap());
    assert_eq!(client.register(&one, &id).await.unwrap(), registrata);
    assert_eq!(client.prepare(&one).await.unwrap(), id, "it is found with its number, too");
    assert_eq!(system.prepared(), 2);
    let [only] = &system.registered()[..] else { panic!("one has a number") };
    assert_eq!((only.arrivo.as_str(), only.mittente.as_str()), ("31/12/2026 23:58:07", "Mario Rossi"));
    assert_eq!(only.oggetto, "Iscrizione alla mensa [rif. a-1] [emergenza n. 3/2026]");
    assert!(only.note.iter().any(|note| note == "Registro di emergenza n. 3/2026"), "{:?}", only.note);
}

#[tokio::test]
async fn what_was_prepared_before_an_emergency_is_prepared_anew_unless_it_has_a_number() {
    let (system, client) = reached(account(), PATIENT).await;
    let late = richiesta("c");
    let before = Richiesta { emergenza: None, ..late.clone() };
    let plain = client.prepare(&before).await.unwrap();
    let told = client.prepare(&late).await.unwrap();
    assert_ne!(told, plain, "it does not tell the emergency number");
    assert_eq!(client.prepare(&late).await.unwrap(), told);
    assert_eq!(system.prepared(), 2);
    client.register(&before, &plain).await.unwrap();
    assert_eq!(client.prepare(&late).await.unwrap(), plain, "never two numbers");
}

#[tokio::test]
async fn each_failure_is_told_apart() {
    let (system, client) = reached(account(), PATIENT).await;
    let one = richiesta("b");
    for (trouble, expected) in [(Trouble::Down, 503), (Trouble::AnswerLost, 504)] {
        system.turn_on(Switch::once(trouble, "SearchDocuments")).unwrap();
        let failed = client.prepare(&one).await;
        assert!(
            matches!(failed, Err(SystemError::Unwell("SearchDocuments", status)) if status == expected),
            "{failed:?}"
        );
    }
    system.turn_on(Switch::once(Trouble::Refusal, "CreateDocument")).unwrap();
    let refused = client.prepare(&one).await.unwrap_err();
    assert!(refused.is_about_the_document(), "{refused:?}");
    // Who is not let in is told nothing about the document.
    system.turn_on(Switch::once(Trouble::Refusal, "GetToken")).unwrap();
    let shut = client.prepare(&one).await.unwrap_err();
    assert!(matches!(shut, SystemError::Access("GetToken")), "{shut:?}");
    assert!(!shut.is_about_the_document());
    system.turn_on(Switch::once(Trouble::ArrivalLost, "CreateDocument")).unwrap();
    let id = client.prepare(&one).await.unwrap();
    let undated = client.register(&one, &id).await;
    assert!(matches!(undated, Err(SystemError::Undated)), "{undated:?}");
    assert!(system.registered().is_empty());
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_not_waited_for() {
    let (system, client) = reached(account(), Duration::from_millis(200)).await;
    let slow = Switch { delay_s: Some(600), ..Switch::once(Trouble::Slow, "ProtocolPredisposed") };
    let one = richiesta("c");
    let id = client.prepare(&one).await.unwrap();
    system.turn_on(slow).unwrap();
    let late = client.register(&one, &id).await;
    assert!(matches!(late, Err(SystemError::Timeout("ProtocolPredisposed"))), "{late:?}");
    assert_eq!(client.register(&one, &id).await.unwrap().numero, 1, "what was done is told");
    assert_eq!(system.registered().len(), 1);
}

#[tokio::test]
async fn nobody_there_and_wrong_settings_are_told() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::new(&format!("http://{gone}"), account(), PATIENT).unwrap();
    let failed = client.prepare(&richiesta("d")).await;
    assert!(matches!(failed, Err(SystemError::Unreachable("GetToken", _))), "{failed:?}");
    let wrong = [
        ("http://protocollo.example", account()),
        ("ftp://protocollo.example", account()),
        ("https://protocollo.example", Account { administration: "a\nb".into(), ..account() }),
        ("https://protocollo.example", Account { register: String::new(), ..account() }),
    ];
    for (address, account) in wrong {
        assert!(Client::new(address, account, PATIENT).is_err(), "{address}");
    }
}
