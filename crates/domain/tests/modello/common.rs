//! What the tests of the engine share: the shipped model, a person, two children.

use chrono::NaiveDate;
use sportello_domain::id::{AllegatoId, RowId};
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::FileView;
use sportello_domain::modello::{
    Answers, AuthorError, Facts, FamilyChild, Form, Modello, OwnIscrizione, PersonaFacts, Posted,
};
use uuid::Uuid;

/// The text of the shipped model.
pub const MENSA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.toml");
/// Its English.
pub const MENSA_EN: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.en.toml");

/// The shipped model with its English.
pub fn mensa() -> Modello {
    let modello = good(Modello::parse("iscrizione-mensa.toml", MENSA));
    good(modello.with_english("iscrizione-mensa.en.toml", MENSA_EN))
}

/// What must have worked, or the list of what the author did wrong.
pub fn good<T>(found: Result<T, Vec<AuthorError>>) -> T {
    found.unwrap_or_else(|errors| panic!("{errors:#?}"))
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the day exists")
}

pub fn row(number: u128) -> RowId {
    RowId::new(Uuid::from_u128(number))
}

pub fn file(name: &str, media_type: &str, bytes: u64) -> FileView {
    let id = AllegatoId::new(Uuid::from_u128(77));
    FileView { id, name: name.to_owned(), bytes, media_type: media_type.to_owned() }
}

/// Giulia Bianchi with two children in the register.
pub fn facts() -> Facts {
    let child = |key: &str, cf: &str, nome: &str, cognome: &str, nascita| FamilyChild {
        key: key.to_owned(),
        codice_fiscale: Some(cf.to_owned()),
        nome: nome.to_owned(),
        cognome: cognome.to_owned(),
        nascita: Some(nascita),
        plesso: Some("primaria-demo".to_owned()),
        classe: Some("primaria-1a".to_owned()),
    };
    Facts {
        identita: PersonaFacts {
            codice_fiscale: Some("BNCGLI88S70A794O".to_owned()),
            nome: Some("Giulia".to_owned()),
            cognome: Some("Bianchi".to_owned()),
            nascita: Some(day(1988, 11, 30)),
            luogo_nascita: Some("A794".to_owned()),
            email: Some("giulia.bianchi@posta.example".to_owned()),
            cellulare: Some("3330000145".to_owned()),
        },
        family: vec![
            child("k1", "BRMLCU18R10L400G", "Luca", "Brambilla", day(2018, 10, 10)),
            child("k2", "LMRYSF17L07Z330Z", "Youssef", "El Amrani", day(2017, 7, 7)),
        ],
        iscrizioni: vec![OwnIscrizione {
            key: "i1".to_owned(),
            title: "Luca Brambilla, mensa".to_owned(),
            alunno: "Luca Brambilla".to_owned(),
        }],
        ..Facts::example()
    }
}

/// A post from names and values.
pub fn post(pairs: &[(&str, &str)]) -> Posted {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A post of one row of the children.
pub fn child_post(row: RowId, pairs: &[(&str, &str)]) -> Posted {
    pairs.iter().map(|(name, value)| (format!("figli.{row}.{name}"), (*value).to_owned())).collect()
}

/// A whole enrolment of both children, ready to file; the second one has a diet and the payer an account.
pub fn complete(modello: &Modello, facts: &Facts) -> Answers {
    let mut answers = Answers::start(modello, facts);
    let mut take = |page: &str, posted: Posted| {
        answers.take_page(modello, page, &posted, facts).unwrap_or_else(|error| panic!("{page}: {error}"));
    };
    take("privacy", post(&[("privacy", "si")]));
    take("richiedente", post(&[("qualita", "genitore"), ("residenza_indirizzo", "Via dei Tigli 8")]));
    take("richiedente", post(&[("residenza_cap", "24040"), ("residenza_comune", "Calvenzano")]));
    assert!(answers.add_offered(modello, "figli", "k1", row(1), facts));
    assert!(answers.add_offered(modello, "figli", "k2", row(2), facts));
    let mut take = |page: &str, posted: Posted| {
        answers.take_page(modello, page, &posted, facts).unwrap_or_else(|error| panic!("{page}: {error}"));
    };
    take("figli", Posted::default());
    let mut school = child_post(row(1), &[("giorni", "lun"), ("giorni", "gio"), ("classe", "primaria-3a")]);
    school.add(format!("figli.{}.giorni", row(2)), "ven");
    take("scuola", school);
    let mut diet = child_post(row(1), &[("dieta_tipo", "nessuna")]);
    diet.add(format!("figli.{}.dieta_tipo", row(2)), "sanitaria");
    take("dieta", diet);
    let scadenza = [("dieta_scadenza.g", "30"), ("dieta_scadenza.m", "6"), ("dieta_scadenza.a", "2027")];
    let mut details = child_post(row(2), &scadenza);
    details.add_file(format!("figli.{}.dieta_certificato", row(2)), file("certificato.pdf", "application/pdf", 9000));
    take("dieta-dettagli", details);
    take("pagamento", post(&[("isee_scelta", "dichiaro"), ("modalita", "SDD")]));
    let conto = [("isee_valore", "12.345,67"), ("iban", "it60 x054 2811 1010 0000 0123 456"), ("mandato", "si")];
    take("pagamento-dettagli", post(&conto));
    answers
}

/// The pratica of the first child, of somebody who fills the enrolment of both in and then looks at these pages again.
pub fn filed(pages: &[(&str, Posted)]) -> Answers {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    for (page, posted) in pages {
        answers.take_page(&modello, page, posted, &facts).unwrap_or_else(|error| panic!("{page}: {error}"));
    }
    let filing = Form::new(&modello, &answers, &facts, Lingua::It).filing();
    let split = Form::new(&modello, &filing, &facts, Lingua::It).split();
    split.into_iter().next().expect("there are two children").1
}

/// A form of one page, `uno`, with these questions, none of which is needed.
pub fn one_page(fields: &str) -> Modello {
    const HEAD: &str = r#"code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
"#;
    const EXAMPLE: &str = "[[example]]\nname = \"vuoto\"\nexpect = { errors = [] }\n";
    good(Modello::parse("prova.toml", &[HEAD, fields, EXAMPLE].concat()))
}
