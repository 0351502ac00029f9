//! The invoice and the credit note: what they say, in which order, for everybody.

use std::sync::LazyLock;

use lopdf::{Document, Object};
use sportello_documents::fattura::{Fattura, Kind, Payment};
use sportello_documents::{Pdf, Typesetter, fattura, fonts, sample};
use sportello_domain::euro::Euro;
use sportello_domain::fatturazione::Riga;

use common::check::{Expected, faults, read_aloud};
use pages::{Folder, collisions, ink, qr, words};

mod common;
#[path = "common/pages.rs"]
mod pages;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new(fonts::all()).expect("the embedded faces are fonts"));

const EXPECTED: Expected<'static> = Expected {
    title: "Fattura n. 12/M/2026 - Mensa scolastica, ottobre 2026 - Comune di Calvenzano",
    in_order: &[
        "Comune di Calvenzano",
        "Partita IVA 00000000000",
        "Fattura n. 12/M/2026",
        "Mensa scolastica, ottobre 2026",
        "Copia di cortesia",
        "Dimostrazione",
        "81,00\u{a0}€",
        "5 novembre 2026",
        "5 dicembre 2026",
        "Pago io con pagoPA",
        "Giulia Bianchi",
        "BNCGLI85A41A794X",
        "Živa Kočiš",
        "Che cosa comprende",
        "Quantità",
        "18 pasti, ottobre 2026",
        "Fascia ISEE fino a 15.000,00 €",
        "4,50 €",
        "77,88\u{a0}€",
        "IVA 4%",
        "3,12\u{a0}€",
        "Totale",
        "81,00\u{a0}€",
        "Come si paga",
        "3020 0000 0000 0001 84",
        "Le assenze comunicate in tempo",
    ],
    qr_alt: Some("Codice QR dell’avviso di pagamento: PAGOPA|002|302000000000000184|00000000000|8100"),
    tables: true,
};

const NOTHING: Vec<String> = Vec::new();

fn made(data: &Fattura) -> Pdf {
    fattura(&TYPESETTER, data).expect("the sample can be set")
}

fn read(pdf: &Pdf) -> String {
    let document = Document::load_mem(&pdf.bytes).expect("our own PDF can be read");
    read_aloud(&common::logical::tags(&document).expect("our own PDF has tags"))
}

fn debit() -> Fattura {
    Fattura {
        payment: Payment::Sdd {
            debit_on: Some("10 dicembre 2026".to_owned()),
            creditor_id: "IT82ZZZ0000080018230153".to_owned(),
            umr: "MENSA-2026-000184".to_owned(),
            iban: "IT•• •••• 3456".to_owned(),
        },
        ..sample::fattura()
    }
}

#[test]
fn with_a_notice_it_passes_every_check_on_one_page() {
    let pdf = made(&sample::fattura());
    assert_eq!((faults(&pdf.bytes, &EXPECTED), pdf.pages), (NOTHING, 1));
    assert!(pdf.bytes == made(&sample::fattura()).bytes, "the same data give the same bytes");
}

#[test]
fn its_code_can_be_read_from_the_paper() {
    let folder = Folder::new("invoice");
    let pdf = made(&sample::fattura()).bytes;
    let Some(text) = qr(&folder, &pdf) else { return };
    assert_eq!(text, "PAGOPA|002|302000000000000184|00000000000|8100");
    let Some(code) = ink(&folder, &pdf, [152.0, 79.0, 184.0, 108.0]) else { return };
    assert!((24.0..26.0).contains(&(code[2] - code[0])), "the code measures 25 mm, here {code:?}");
}

#[test]
fn a_debit_is_announced_with_day_mandate_creditor_and_masked_account() {
    let pdf = made(&debit());
    let expected = Expected {
        in_order: &[
            "Addebito il",
            "10 dicembre 2026",
            "Addebito SDD sul conto",
            "vale come preavviso dell’addebito",
            "IT•• •••• 3456",
            "MENSA-2026-000184",
            "IT82ZZZ0000080018230153",
        ],
        qr_alt: None,
        ..EXPECTED
    };
    assert_eq!(faults(&pdf.bytes, &expected), NOTHING);
    let text = read(&pdf);
    for absent in ["entro il", "avviso di pagamento", "3020"] {
        assert!(!text.contains(absent), "should not be there: {absent}");
    }
}

#[test]
fn a_credit_note_names_its_invoice_and_asks_for_nothing() {
    let data = Fattura {
        kind: Kind::NotaDiCredito { corrects: "12/M/2026 del 5 novembre 2026".to_owned() },
        number: "1/M/2026".to_owned(),
        demo: false,
        payment: Payment::Nothing("Non devi pagare nulla: la fattura è annullata.".to_owned()),
        ..sample::fattura()
    };
    let pdf = made(&data);
    let expected = Expected {
        title: "Nota di credito n. 1/M/2026 - Mensa scolastica, ottobre 2026 - Comune di Calvenzano",
        in_order: &[
            "Nota di credito n. 1/M/2026",
            "Corregge la fattura n. 12/M/2026 del 5 novembre 2026.",
            "A credito",
            "81,00\u{a0}€",
            "Che cosa succede ora",
            "Non devi pagare nulla",
        ],
        qr_alt: None,
        tables: true,
    };
    assert_eq!(faults(&pdf.bytes, &expected), NOTHING);
    assert!(!read(&pdf).contains("Dimostrazione"));
}

#[test]
fn many_lines_and_long_words_fill_pages_without_running_into_each_other() {
    let mut data = sample::fattura();
    data.number = "9".repeat(60);
    data.people[0].answer = Some("W".repeat(120));
    data.righe = (0..40)
        .map(|line| Riga {
            text: format!("Voce {line} {}", "parola ".repeat(20)),
            rule: "R".repeat(150),
            days: Vec::new(),
            quantity: 999,
            unit: Euro::from_cents(99_999_999),
            amount: Euro::from_cents(99_999_999_999),
        })
        .collect();
    let pdf = made(&data);
    let title = format!("Fattura n. {} - Mensa scolastica, ottobre 2026 - Comune di Calvenzano", data.number);
    let expected =
        Expected {
            title: &title, in_order: &["Voce 0", "999.999.999,99\u{a0}€", "Voce 39", "Imponibile"], ..EXPECTED
        };
    assert_eq!(faults(&pdf.bytes, &expected), NOTHING);
    assert!(pdf.pages > 2, "{} pages", pdf.pages);
}

#[test]
fn the_usual_one_has_no_words_over_each_other() {
    for (name, data) in [("notice", sample::fattura()), ("debit", debit())] {
        let folder = Folder::new(&format!("words-{name}"));
        let Some(words) = words(&folder.keep("words.pdf", &made(&data).bytes)) else { return };
        assert!(words.len() > 100);
        assert_eq!(collisions(&words), NOTHING);
    }
}

#[test]
fn cells_without_headers_and_codes_without_words_fail_the_check() {
    let mut document = Document::load_mem(&made(&sample::fattura()).bytes).expect("our own PDF can be read");
    document.traverse_objects(|object| {
        let Ok(tag) = object.as_dict_mut() else { return };
        tag.remove(b"Alt");
        if tag.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"TH") {
            tag.set("S", Object::Name(b"TD".to_vec()));
        }
    });
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a changed PDF can be written");
    let found = faults(&bytes, &EXPECTED);
    for beginning in ["tables:", "the QR code", "PDF/UA-1:"] {
        assert!(found.iter().any(|fault| fault.starts_with(beginning)), "{beginning} {found:?}");
    }
}

#[test]
fn too_many_lines_are_refused() {
    let mut data = sample::fattura();
    data.righe = vec![data.righe[0].clone(); sportello_documents::fattura::MAX_RIGHE + 1];
    assert!(fattura(&TYPESETTER, &data).is_err());
}
