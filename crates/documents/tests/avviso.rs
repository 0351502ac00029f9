//! The printed notice: where everything stands, what its code says, for everybody, whatever the texts.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::{NaiveDate, TimeZone, Utc};
use lopdf::Document;
use sportello_documents::avviso::{Avviso, Creditore, Debitore};
use sportello_documents::{DocumentError, Pdf, Typesetter, avviso, fonts, sample};
use sportello_domain::avviso::NumeroAvviso;
use sportello_domain::euro::Euro;

use common::check::{Expected, faults, read_aloud};
use pages::{Folder, Word, collisions, ink, qr, words};

mod common;
#[path = "common/pages.rs"]
mod pages;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new(fonts::all()).expect("the embedded faces are fonts"));

const EXPECTED: Expected<'static> = Expected {
    title: "Avviso di pagamento - Mensa scolastica ottobre 2026 - retta 12/M/2026 - Comune di Calvenzano",
    in_order: &[
        "AVVISO DI PAGAMENTO",
        "DIMOSTRAZIONE",
        "Mensa scolastica ottobre 2026",
        "ENTE CREDITORE",
        "00000000000",
        "Comune di Calvenzano",
        "Servizio Istruzione",
        "DESTINATARIO",
        "BNCGLI85A41A794X",
        "Giulia Bianchi",
        "Via Roma 12",
        "QUANTO E QUANDO PAGARE?",
        "81,00 Euro",
        "05/12/2026",
        "DOVE PAGARE?",
        "servizi.comune.calvenzano.example/pagopa",
        "PAGA SUL TERRITORIO",
        "DATI PER IL PAGAMENTO",
        "Rata unica entro il 05/12/2026",
        "codice QR",
        "Cod. CBILL",
        "AAAAA",
        "Cod. Avviso",
        "3020 0000 0000 0001 84",
        "Cod. Fiscale Ente",
        "00000000000",
    ],
    qr_alt: Some("Codice QR dell’avviso: PAGOPA|002|302000000000000184|00000000000|8100"),
    tables: false,
};

/// How much of a line's height lies above its baseline, by the faces' own description.
const ABOVE_REFERENCE: f64 = 0.794;
const ABOVE_TITILLIUM: f64 = 1.05 / 1.438;
const ABOVE_MONO: f64 = 1.048 / 1.319;
/// Words further apart belong to different lines of text.
const GAP_MM: f64 = 2.5;
/// Below this line of the reference stands the postal slip.
const SLIP_MM: f64 = 200.0;
/// How far a text may stand from its place.
const TOLERANCE_MM: f64 = 1.0;

fn made(data: &Avviso) -> Pdf {
    avviso(&TYPESETTER, data).expect("the sample can be set")
}

/// What the official reference "ft_03" says.
fn reference() -> Avviso {
    Avviso {
        ente: Creditore {
            name: "Comune di Test".to_owned(),
            codice_fiscale: "99999000013".to_owned(),
            sector: Some("Settore di Test".to_owned()),
            info: Some("Info di Test".to_owned()),
            cbill: Some("CBI1234".to_owned()),
            crest_svg: None,
        },
        debitore: Debitore {
            name: "Mario Rossi".to_owned(),
            codice_fiscale: "FFFCST83A15L113V".to_owned(),
            address: vec!["Via Nazionale 1".to_owned(), "00100 Roma (RM)".to_owned()],
        },
        subject: "Avviso Pagamento di TEST".to_owned(),
        amount: Euro::from_cents(150_000),
        due_on: NaiveDate::from_ymd_opt(2024, 12, 31).expect("a real day"),
        numero: NumeroAvviso::parse("470000008800999051").expect("18 digits"),
        site: "pagopa.gov.it".to_owned(),
        demo: false,
        created: Utc.with_ymd_and_hms(2024, 7, 4, 9, 23, 49).single().expect("a real instant"),
    }
}

/// Every text at its longest, no letter narrower than the widest.
fn longest() -> Avviso {
    let mut data = reference();
    data.ente.name = "W".repeat(50);
    data.ente.sector = Some("M".repeat(50));
    data.ente.info = Some("Ufficio tributi ".repeat(7)[..100].trim().to_owned());
    data.ente.cbill = Some("W".repeat(15));
    data.debitore.name = format!("{} {}", "W".repeat(34), "M".repeat(35));
    data.debitore.address = vec!["Via delle Magnolie Maggiori ".repeat(3), "24040 Calvenzano (BG) ".repeat(2)];
    data.subject = "Mensa scolastica e trasporto ".repeat(3)[..87].to_owned() + "WWW";
    data.amount = Euro::from_cents(99_999_999_999);
    data.site = "servizi.unione-comuni.example/pagopa/tre".to_owned();
    data.demo = true;
    data
}

fn specs(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/pagopa/samples").join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(!pages::required(), "{file} is missing");
    println!("skipped: {file} is not beside the checkout");
    None
}

/// A line of text: words beside each other on one baseline.
#[derive(Clone, Debug)]
struct Run {
    text: String,
    left: f64,
    right: f64,
    baseline: f64,
}

fn runs(words: &[Word], above: impl Fn(&Word) -> f64) -> Vec<Run> {
    let baseline = |word: &Word| word.top + (word.bottom - word.top) * above(word);
    let mut words: Vec<(f64, &Word)> = words.iter().map(|word| (baseline(word), word)).collect();
    // Half a millimetre is one baseline: the boxes of a bold word and of its neighbour differ a little.
    words.sort_by(|one, other| {
        let (down, across) = (one.0 - other.0, one.1.left.total_cmp(&other.1.left));
        if down.abs() < 0.5 { across } else { down.total_cmp(&0.0) }
    });
    let mut runs: Vec<Run> = Vec::new();
    for (baseline, word) in words {
        match runs.last_mut() {
            Some(run) if (run.baseline - baseline).abs() < 0.5 && (0.0..GAP_MM).contains(&(word.left - run.right)) => {
                run.text = format!("{} {}", run.text, word.text);
                run.right = word.right;
            }
            _ => runs.push(Run { text: word.text.clone(), left: word.left, right: word.right, baseline }),
        }
    }
    runs
}

/// Neutral words where the official notice names a brand.
fn neutral(text: &str) -> String {
    text.replace("PAGA CON L’APP IO", "PAGA DAL TELEFONO")
}

#[test]
fn it_passes_every_check() {
    let pdf = made(&sample::avviso());
    assert_eq!((faults(&pdf.bytes, &EXPECTED), pdf.pages), (Vec::new(), 1));
    assert!(pdf.bytes == made(&sample::avviso()).bytes, "the same data give the same bytes");
}

#[test]
fn a_code_without_words_fails_the_check() {
    let mut document = Document::load_mem(&made(&sample::avviso()).bytes).expect("our own PDF can be read");
    document.traverse_objects(|object| {
        if let Ok(tag) = object.as_dict_mut() {
            tag.remove(b"Alt");
        }
    });
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a changed PDF can be written");
    assert!(faults(&bytes, &EXPECTED).iter().any(|fault| fault.starts_with("the QR code")));
}

#[test]
fn texts_and_code_stand_where_the_reference_has_them() {
    let Some(official) = specs("notice_reference_scenario_ft_03.pdf") else { return };
    let folder = Folder::new("reference");
    let pdf = made(&reference()).bytes;
    let (Some(official), Some(ours)) = (words(&official), words(&folder.keep("ours.pdf", &pdf))) else { return };
    let official: Vec<Run> =
        runs(&official, |_| ABOVE_REFERENCE).into_iter().filter(|run| run.baseline < SLIP_MM).collect();
    let codes = ["99999000013", "FFFCST83A15L113V", "CBI1234", "4700", "0000", "8800", "9990", "51"];
    let ours = runs(&ours, |word| {
        let amount = word.text == "1.500,00" && word.left > 150.0;
        if amount || codes.contains(&word.text.as_str()) { ABOVE_MONO } else { ABOVE_TITILLIUM }
    });
    let mut wrong = Vec::new();
    for run in &official {
        let text = neutral(&run.text);
        let near = |found: &&Run| {
            let at_right = [100.0, 200.0].iter().any(|edge| (run.right - edge).abs() < 0.3) && run.left > 80.0;
            let aside = if at_right { found.right - run.right } else { found.left - run.left };
            found.text == text && aside.abs() < TOLERANCE_MM && (found.baseline - run.baseline).abs() < TOLERANCE_MM
        };
        if !ours.iter().any(|found| near(&found)) {
            wrong.push(format!("{run:?}"));
        }
    }
    assert!(official.len() > 30, "the reference has more than {} lines", official.len());
    assert_eq!((wrong, ours.len()), (Vec::new(), official.len()), "{ours:#?}");
    let Some(code) = ink(&folder, &pdf, [5.0, 150.0, 55.0, 182.0]) else { return };
    for (found, expected) in code.into_iter().zip([10.1, 154.8, 35.0, 179.7]) {
        assert!((found - expected).abs() < TOLERANCE_MM, "the code stands at {code:?}");
    }
}

#[test]
fn the_code_says_what_the_vector_says() {
    let Some(vectors) = specs("notice_codes_vectors.json") else { return };
    let vectors: serde_json::Value =
        serde_json::from_slice(&std::fs::read(vectors).expect("it is there")).expect("the vectors are JSON");
    let expected = vectors["documents"][0]["codes"][0]["text"].as_str().expect("a text").to_owned();
    let Some(text) = qr(&Folder::new("vector"), &made(&reference()).bytes) else { return };
    assert_eq!(text, expected);
}

#[test]
fn codes_of_the_smallest_and_the_largest_amount_can_be_read() {
    for (cents, end) in [(1, "|1"), (99_999_999_999, "|99999999999")] {
        let mut data = longest();
        data.amount = Euro::from_cents(cents);
        let Some(text) = qr(&Folder::new(&format!("amount-{cents}")), &made(&data).bytes) else { return };
        assert!(text.ends_with(end), "{text}");
    }
}

#[test]
fn the_longest_texts_stay_on_the_page_and_off_each_other() {
    let pdf = made(&longest());
    assert_eq!(pdf.pages, 1);
    let folder = Folder::new("longest");
    let Some(words) = words(&folder.keep("longest.pdf", &pdf.bytes)) else { return };
    assert_eq!(collisions(&words), Vec::<String>::new());
    let strays: Vec<&Word> = words
        .iter()
        .filter(|word| word.left < 9.9 || word.right > 200.1 || word.top < 8.0 || word.bottom > 290.0)
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
    let read = read_aloud(
        &common::logical::tags(&Document::load_mem(&pdf.bytes).expect("our own PDF can be read")).expect("it has tags"),
    );
    for text in ["999.999.999,99 Euro", &"W".repeat(50), &"M".repeat(35), "Calvenzano (BG)"] {
        assert!(read.contains(text), "missing: {text}");
    }
}

#[test]
fn without_a_sector_the_rest_moves_up_by_four_millimetres() {
    let folder = Folder::new("sector");
    let mut data = reference();
    let top = |data: &Avviso| {
        let words = words(&folder.keep("sector.pdf", &made(data).bytes))?;
        words.iter().find(|word| word.text == "QUANTO").map(|word| word.top)
    };
    let Some(with) = top(&data) else { return };
    data.ente.sector = None;
    let without = top(&data).expect("it is there");
    assert!((with - without - 4.0).abs() < 0.1, "{with} {without}");
}

#[test]
fn texts_that_are_too_long_end_in_an_ellipsis_and_unknown_letters_are_told() {
    let mut data = sample::avviso();
    data.debitore.name = "Иван 😀".to_owned();
    data.subject = "parola ".repeat(30);
    let bytes = made(&data).bytes;
    let title = format!("Avviso di pagamento - {}parol… - Comune di Calvenzano", "parola ".repeat(12));
    let expected = Expected { title: &title, in_order: &["parol…", "???? ?", "Alcune lettere"], ..EXPECTED };
    assert_eq!(faults(&bytes, &expected), Vec::<String>::new());
}

#[test]
fn an_amount_that_nobody_can_ask_for_is_refused() {
    for cents in [0, -1, 100_000_000_000] {
        let mut data = sample::avviso();
        data.amount = Euro::from_cents(cents);
        let refused = avviso(&TYPESETTER, &data).expect_err("it is refused");
        assert!(matches!(refused, DocumentError::Amount), "{refused}");
    }
}
