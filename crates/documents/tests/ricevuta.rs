//! The receipt: what it says, in which order, for everybody, and always alike.

use std::sync::LazyLock;

use lopdf::{Document, Object};
use sportello_documents::{DocumentError, Ricevuta, Typesetter, fonts, ricevuta, sample};

use common::check::{Expected, faults, read_aloud};

mod common;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new(fonts::all()).expect("the embedded faces are fonts"));

const EXPECTED: Expected<'static> = Expected {
    title: "Ricevuta di presentazione - Iscrizione mensa A.S. 2026/2027 - Comune di Calvenzano",
    in_order: &[
        "Comune di Calvenzano",
        "Ricevuta di presentazione",
        "Iscrizione mensa A.S. 2026/2027",
        "Dimostrazione.",
        "n. 4127/2026",
        "del 16 giugno 2026",
        "16 giugno 2026, ore 21.32",
        "16 luglio 2026",
        "2026/184",
        "Sofia Ferrari",
        "Cosa succede ora",
        "non vale come accolta",
        "https://servizi.comune.calvenzano.example/sezione-informativa/consultazione-pratiche/0197a2b4",
        "Servizio Istruzione",
        "Anna Colombo",
        "istruzione@comune.calvenzano.example",
        "Chi ha presentato la richiesta",
        "BNCGLI85A41A794X",
        "Risposte",
        "Figlio: Sofia Ferrari",
        "FRRSFO18C52A794Y",
        "Modalità di pagamento",
        "Allegati",
        "certificato-medico-dieta-2026.pdf",
        "9f86d081884c7d65",
        "una_scansione_con_un_nome_molto_lungo_che_non_finisce_mai_e_non_ha_spazi_2026_06_16.jpeg",
        "Come opporsi",
        "TAR",
        "art. 18-bis",
    ],
    qr_alt: Some("Codice QR con l’indirizzo della pratica: https://servizi.comune.calvenzano.example/"),
    tables: true,
};

const NOTHING: Vec<String> = Vec::new();

fn made(data: &Ricevuta) -> Vec<u8> {
    ricevuta(&TYPESETTER, data).expect("the sample can be set").bytes
}

fn read(bytes: &[u8]) -> String {
    let document = Document::load_mem(bytes).expect("our own PDF can be read");
    read_aloud(&common::logical::tags(&document).expect("our own PDF has tags"))
}

/// Faults of the receipt for one child after `change`.
fn faults_after(change: impl FnOnce(&mut Document)) -> Vec<String> {
    let mut document = Document::load_mem(&made(&sample::ricevuta(1))).expect("our own PDF can be read");
    change(&mut document);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a changed PDF can be written");
    faults(&bytes, &EXPECTED)
}

fn some(faults: &[String], beginning: &str) -> bool {
    faults.iter().any(|fault| fault.starts_with(beginning))
}

#[test]
fn one_child_passes_every_check() {
    assert_eq!(faults(&made(&sample::ricevuta(1)), &EXPECTED), NOTHING);
}

#[test]
fn eight_children_pass_every_check_with_all_names_and_numbers() {
    let data = sample::ricevuta(8);
    let bytes = made(&data);
    assert_eq!(faults(&bytes, &EXPECTED), NOTHING);
    let text = read(&bytes);
    for pratica in &data.pratiche {
        assert!(text.contains(&pratica.number) && text.contains(&pratica.alunno), "missing: {}", pratica.number);
    }
}

#[test]
fn without_protocol_crest_or_attachments_it_passes_and_says_so() {
    let mut data = sample::ricevuta(2);
    data.protocollo = None;
    data.emergenza = Some("3/2026".to_owned());
    data.demo = false;
    data.ente.crest_svg = None;
    data.allegati.clear();
    data.remedies.clear();
    let bytes = made(&data);
    let expected = Expected {
        in_order: &[
            "Protocollo",
            "In assegnazione",
            "Registro di emergenza n. 3/2026",
            "Il numero arriva dopo",
            "2026/185",
        ],
        ..EXPECTED
    };
    assert_eq!(faults(&bytes, &expected), NOTHING);
    let text = read(&bytes);
    for absent in ["Dimostrazione", "Allegati", "Come opporsi", "4127"] {
        assert!(!text.contains(absent), "should not be there: {absent}");
    }
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let first = made(&sample::ricevuta(2));
    made(&sample::ricevuta(3));
    let other = Typesetter::new(fonts::all()).expect("the embedded faces are fonts");
    assert!(first == made(&sample::ricevuta(2)), "one typesetter");
    let again = ricevuta(&other, &sample::ricevuta(2)).expect("the sample can be set").bytes;
    assert!(first == again, "another typesetter");
}

#[test]
fn other_data_give_other_bytes() {
    let mut data = sample::ricevuta(2);
    data.pratiche[1].number = "2026/999".to_owned();
    assert!(made(&sample::ricevuta(2)) != made(&data));
}

#[test]
fn threads_do_not_disturb_each_other() {
    let alone: Vec<Vec<u8>> = (1..=4).map(|children| made(&sample::ricevuta(children))).collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..=4).map(|children| scope.spawn(move || made(&sample::ricevuta(children)))).collect();
        for (thread, expected) in running.into_iter().zip(&alone) {
            assert!(thread.join().expect("a thread ends well") == *expected);
        }
    });
}

#[test]
fn letters_without_a_glyph_do_not_stop_the_receipt() {
    let mut data = sample::ricevuta(1);
    data.sections[1].lines[7].answer = Some("Без молока 😀 *#eval(1)* $x$ @a <b>".to_owned());
    let bytes = made(&data);
    assert_eq!(faults(&bytes, &EXPECTED), NOTHING);
    let text = read(&bytes);
    assert!(text.contains("??? ?????? ? *#eval(1)* $x$ @a <b>"), "what can be printed is printed as typed");
    assert!(text.contains("Alcune lettere non si possono stampare"));
}

#[test]
fn hostile_lengths_are_set_whole() {
    let mut data = sample::ricevuta(1);
    data.title = "W".repeat(300);
    data.sections[1].lines[0].answer = Some("M".repeat(2_000));
    data.sections[1].lines[1].answer = Some("parola ".repeat(2_000));
    data.pratiche[0].alunno = "Ș".repeat(200);
    let expected = Expected {
        title: &format!("Ricevuta di presentazione - {} - Comune di Calvenzano", data.title),
        in_order: &[&"M".repeat(2_000), "parola parola"],
        ..EXPECTED
    };
    assert_eq!(faults(&made(&data), &expected), NOTHING);
}

#[test]
fn limits_are_refused_before_anything_is_set() {
    let mut data = sample::ricevuta(1);
    data.pratiche = vec![data.pratiche[0].clone(); 51];
    let refusal = ricevuta(&TYPESETTER, &data);
    assert!(matches!(refusal, Err(DocumentError::TooMuch { what: "pratiche", found: 51, max: 50 })), "{refusal:?}");
    let mut data = sample::ricevuta(1);
    data.silence = "a".repeat(600 * 1024);
    let refusal = ricevuta(&TYPESETTER, &data);
    assert!(matches!(refusal, Err(DocumentError::TooMuch { what: "bytes of data", .. })), "{refusal:?}");
}

#[test]
fn a_crest_that_is_no_drawing_is_an_error_without_its_text() {
    let mut data = sample::ricevuta(1);
    data.ente.crest_svg = Some("<svg>Sofia".to_owned());
    let error = ricevuta(&TYPESETTER, &data).expect_err("this is no SVG");
    assert!(matches!(error, DocumentError::Typeset { .. }), "{error}");
    assert!(!error.to_string().contains("Sofia"), "{error}");
}

#[test]
fn bytes_that_are_no_font_are_refused() {
    assert!(matches!(Typesetter::new(vec![b"no font".to_vec()]), Err(DocumentError::Font(0))));
    assert!(matches!(Typesetter::new(Vec::new()), Err(DocumentError::Font(0))));
}

#[test]
fn the_check_sees_an_untouched_copy_as_right() {
    assert_eq!(faults_after(|_| {}), NOTHING);
}

#[test]
fn the_check_sees_missing_tags() {
    let found = faults_after(|document| {
        document.catalog_mut().expect("a catalog").remove(b"StructTreeRoot");
    });
    assert!(some(&found, "structure:") && some(&found, "PDF/UA-1:") && some(&found, "PDF/A-2a:"), "{found:?}");
}

#[test]
fn the_check_sees_a_missing_language() {
    let found = faults_after(|document| {
        document.catalog_mut().expect("a catalog").remove(b"Lang");
    });
    assert!(some(&found, "language:"), "{found:?}");
}

#[test]
fn the_check_sees_missing_metadata() {
    let found = faults_after(|document| {
        document.catalog_mut().expect("a catalog").remove(b"Metadata");
    });
    assert!(some(&found, "PDF/A-2a:") && some(&found, "PDF/UA-1:"), "{found:?}");
}

#[test]
fn the_check_sees_a_skipped_heading_level() {
    let found = faults_after(|document| {
        document.traverse_objects(|object| {
            let Ok(tag) = object.as_dict_mut() else { return };
            if tag.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"H2") {
                tag.set("S", Object::Name(b"H4".to_vec()));
            }
        });
    });
    assert!(some(&found, "headings: from level 1 to level 4"), "{found:?}");
}

#[test]
fn the_check_sees_a_wrong_reading_order() {
    let found = faults_after(|document| {
        document.traverse_objects(|object| {
            let Ok(tag) = object.as_dict_mut() else { return };
            let whole = tag.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"Document");
            if let (true, Ok(Object::Array(kids))) = (whole, tag.get_mut(b"K")) {
                kids.reverse();
            }
        });
    });
    assert!(some(&found, "reading order:"), "{found:?}");
}

#[test]
fn the_check_sees_a_picture_without_words() {
    let found = faults_after(|document| {
        document.traverse_objects(|object| {
            if let Ok(tag) = object.as_dict_mut() {
                tag.remove(b"Alt");
            }
        });
    });
    assert!(some(&found, "the QR code") && some(&found, "PDF/UA-1:"), "{found:?}");
}

#[test]
fn the_check_sees_table_cells_without_headers() {
    let found = faults_after(|document| {
        document.traverse_objects(|object| {
            let Ok(tag) = object.as_dict_mut() else { return };
            if tag.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"TH") {
                tag.set("S", Object::Name(b"TD".to_vec()));
            }
        });
    });
    assert!(some(&found, "tables:"), "{found:?}");
}
