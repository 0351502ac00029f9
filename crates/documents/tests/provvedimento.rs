//! The decision: what it says, in which order, for everybody, and always alike.

use std::sync::LazyLock;

use sportello_documents::{
    DocumentError, Provvedimento, Typesetter, fonts, provvedimento, provvedimento::Part, sample,
};

use common::check::{Expected, faults};

mod common;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new(fonts::all()).expect("the embedded faces are fonts"));

const EXPECTED: Expected<'static> = Expected {
    title: "Rigetto della domanda - Iscrizione mensa A.S. 2026/2027 - Comune di Calvenzano",
    in_order: &[
        "Comune di Calvenzano",
        "Rigetto della domanda",
        "Iscrizione mensa A.S. 2026/2027",
        "Dimostrazione.",
        "n. 4310/2026",
        "9 luglio 2026",
        "La pratica",
        "2026/184",
        "Giulia Bianchi",
        "Decisione",
        "non è accolta",
        "Motivazione",
        "non riporta la firma",
        "Senza firma non vale",
        "Osservazioni ricevute",
        "secondo foglio",
        "Risposta alle osservazioni",
        "in bianco",
        "Che cosa puoi fare",
        "TAR",
        "Servizio Istruzione",
        "Anna Colombo",
        "10-bis",
    ],
    qr_alt: Some("Codice QR con l’indirizzo della pratica: https://servizi.comune.calvenzano.example/"),
    tables: true,
};

fn made(data: &Provvedimento) -> Vec<u8> {
    provvedimento(&TYPESETTER, data).expect("the sample can be set").bytes
}

#[test]
fn everybody_can_read_it_and_it_lasts() {
    assert_eq!(faults(&made(&sample::provvedimento()), &EXPECTED), Vec::<String>::new());
}

#[test]
fn the_same_decision_gives_the_same_bytes() {
    assert_eq!(made(&sample::provvedimento()), made(&sample::provvedimento()));
}

#[test]
fn without_number_reason_and_remedies_it_comes_out_all_the_same() {
    let bare = Provvedimento {
        protocollo: None,
        sections: Vec::new(),
        remedies: Vec::new(),
        grounds: Vec::new(),
        ..sample::provvedimento()
    };
    let expected = Expected {
        in_order: &["Rigetto della domanda", "In assegnazione", "Decisione", "A chi rivolgersi"],
        ..EXPECTED
    };
    assert_eq!(faults(&made(&bare), &expected), Vec::<String>::new());
}

#[test]
fn words_of_people_are_printed_as_typed_and_too_many_are_refused() {
    let mut data = sample::provvedimento();
    data.sections[0] = Part::of("Motivazione", &format!("#set *x* $y$ @z <a>\n{}", "M".repeat(4_000)));
    assert!(made(&data).starts_with(b"%PDF"));
    data.sections[0] = Part::of("Motivazione", &"riga\n".repeat(4_001));
    assert!(matches!(provvedimento(&TYPESETTER, &data), Err(DocumentError::TooMuch { .. })));
}
