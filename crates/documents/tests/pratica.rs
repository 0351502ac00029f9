//! The copy of a pratica: what it says, in which order, for everybody, and always alike.

use std::sync::LazyLock;

use sportello_documents::{
    DocumentError, Pratica, Typesetter, fonts, pratica, provvedimento::Part, ricevuta::Line, sample,
};

use common::check::{Expected, faults};

mod common;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new(fonts::all()).expect("the embedded faces are fonts"));

const EXPECTED: Expected<'static> = Expected {
    title: "Pratica 2026/184 - Iscrizione mensa A.S. 2026/2027 - Comune di Calvenzano",
    in_order: &[
        "Comune di Calvenzano",
        "Pratica 2026/184",
        "Iscrizione mensa A.S. 2026/2027",
        "Dimostrazione.",
        "Copia del 9 luglio 2026",
        "A che punto è",
        "Respinta",
        "Cronologia",
        "Inviata",
        "Risposte",
        "Che cosa ha chiesto l'ufficio",
        "Manca una pagina",
        "Documenti e file",
        "ricevuta-2026-184.pdf",
        "Messaggi",
        "Tu, 20 giugno 2026",
        "Quando rispondete",
        "Servizio Istruzione",
        "Note",
        "è una copia",
    ],
    qr_alt: Some("Codice QR con l’indirizzo della pratica: https://servizi.comune.calvenzano.example/"),
    tables: true,
};

fn made(data: &Pratica) -> Vec<u8> {
    pratica(&TYPESETTER, data).expect("the sample can be set").bytes
}

#[test]
fn everybody_can_read_it_and_it_lasts() {
    assert_eq!(faults(&made(&sample::pratica()), &EXPECTED), Vec::<String>::new());
}

#[test]
fn the_same_pratica_gives_the_same_bytes() {
    assert_eq!(made(&sample::pratica()), made(&sample::pratica()));
}

#[test]
fn one_of_which_nothing_came_has_a_copy_too() {
    let bare = Pratica {
        parts: Vec::new(),
        documents: Vec::new(),
        messages: Vec::new(),
        notes: Vec::new(),
        ..sample::pratica()
    };
    let expected =
        Expected { in_order: &["Pratica 2026/184", "Cronologia", "Risposte", "A chi rivolgersi"], ..EXPECTED };
    assert_eq!(faults(&made(&bare), &expected), Vec::<String>::new());
}

#[test]
fn as_many_messages_as_a_pratica_can_have_are_printed_and_too_much_is_refused() {
    let mut data = sample::pratica();
    data.messages = vec![Part::of("Tu, 20 giugno 2026", &"#set *x* $y$ ".repeat(40)); 160];
    assert!(made(&data).starts_with(b"%PDF"));
    data.messages[0] = Part::of("Tu", &"riga\n".repeat(4_001));
    assert!(matches!(pratica(&TYPESETTER, &data), Err(DocumentError::TooMuch { .. })));
    data.messages.clear();
    data.sections[0].lines = vec![Line::empty("Domanda"); 1_001];
    assert!(matches!(pratica(&TYPESETTER, &data), Err(DocumentError::TooMuch { .. })));
}
