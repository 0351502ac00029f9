//! Criteria of a ranking: what an author may write, and what the answers of one pratica give.

use super::common::{MENSA, MENSA_EN, facts, good, mensa, row};
use sportello_domain::{
    lingua::Lingua,
    modello::{Answers, Form, Modello, Posted, graduatoria::MAX_CRITERI},
};

/// Where the questions stand: each child becomes a pratica.
const HEAD: &str = r#"code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
split = "figli"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[group]]
id = "figli"
page = "uno"
title = "Figli"
row_name = "Figlio"
row_title = "{nome}"
[[group]]
id = "cure"
page = "uno"
title = "Cure"
row_name = "Cura"
row_title = "Cura"
[[group]]
id = "altri"
page = "uno"
title = "Altri"
row_name = "Altro"
row_title = "{altro}"
"#;

const FIELDS: &str = r#"[[field]]
id = "soli"
page = "uno"
kind = "yes_no"
label = "Un genitore solo"
[[field]]
id = "nome"
group = "figli"
kind = "text"
label = "Nome"
[[field]]
id = "disabile"
group = "figli"
kind = "yes_no"
label = "Disabilità"
privacy = "art9"
[[field]]
id = "aiuto"
group = "figli"
kind = "yes_no"
label = "Aiuto"
when = 'row.disabile'
[[field]]
id = "conta"
group = "figli"
kind = "computed"
label = "Conta"
gives = "yes_no"
value = 'row.aiuto'
[[field]]
id = "farmaco"
group = "cure"
kind = "text"
label = "Farmaco"
privacy = "art9"
[[field]]
id = "dopo_cure"
page = "uno"
kind = "text"
label = "Dopo le cure"
when = 'count(cure) > 0'
[[field]]
id = "altro"
group = "altri"
kind = "text"
label = "Nome"
"#;

const EXAMPLE: &str = r#"
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

/// A form of which each child becomes a pratica, with these criteria.
fn text(criteri: &str) -> String {
    [HEAD, FIELDS, criteri, EXAMPLE].concat()
}

fn criterio(id: &str, points: &str, when: &str) -> String {
    format!("[[graduatoria]]\nid = \"{id}\"\npoints = {points}\nwhen = '{when}'\nlabel = \"Criterio {id}\"\n")
}

fn faults(criteri: &str) -> Vec<String> {
    let errors = Modello::parse("prova.toml", &text(criteri)).expect_err("the text is wrong on purpose");
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn what_an_author_may_not_write() {
    let one = |id: &str, points: &str, when: &str| faults(&criterio(id, points, when)).join("\n");
    let told = |fault: String, wanted: &str| {
        assert!(fault.starts_with("prova.toml:") && fault.contains(wanted), "{wanted}: {fault}");
    };
    told(one("a", "0", "soli"), "un numero da 1 a 100");
    told(one("a", "101", "soli"), "un numero da 1 a 100");
    told(one("a", "1", "nessuno"), "nessuno");
    told(one("a", "1", "row.nome"), "when");
    told(one("a", "1", "true"), "non legge nessun campo");
    for reads in ["soli and row.disabile", "row.aiuto", "count(cure) > 0", "row.conta", "given(dopo_cure)"] {
        told(one("a", "1", reads), "una risposta protetta");
    }
    told(one("a", "1", "count(figli) > 1"), "row.<campo>");
    told(one("a", "1", "soli or any(figli, row.disabile)"), "row.<campo>");
    told(one("A b", "1", "soli"), "id «A b» non valido");
    told(faults(&criterio("a", "1", "soli").repeat(2)).join("\n"), "usato due volte");
    told(faults("[[graduatoria]]\nid = \"a\"\nlabel = \"A\"\nwhen = 'soli'").join("\n"), "manca points");
    told(faults("[[graduatoria]]\nid = \"a\"\nlabel = \"A\"\npoints = 2").join("\n"), "manca when");
    told(faults("[[graduatoria]]\nid = \"a\"\npoints = 2\nwhen = 'soli'").join("\n"), "manca label");
    told(
        faults("[[graduatoria]]\nid = \"a\"\npunti = 2\npoints = 2\nwhen = 'soli'\nlabel = \"A\"").join("\n"),
        "punti",
    );
    let many = |count: usize| (0..count).map(|at| criterio(&format!("c{at}"), "1", "soli")).collect::<String>();
    told(faults(&many(MAX_CRITERI + 1)).join("\n"), "al massimo 20");
    assert_eq!(good(Modello::parse("prova.toml", &text(&many(MAX_CRITERI)))).graduatoria.len(), MAX_CRITERI);
}

#[test]
fn each_pratica_has_the_points_of_its_own_answers() {
    let criteri = [
        criterio("soli", "10", "soli"),
        criterio("grande", "50", r#"row.nome == "Sofia""#),
        criterio("altri", "3", "count(altri) > 0"),
    ]
    .concat();
    let (modello, facts) = (good(Modello::parse("prova.toml", &text(&criteri))), facts());
    let mut answers = Answers::start(&modello, &facts);
    for (group, number) in [("figli", 1), ("figli", 2), ("altri", 3)] {
        assert!(answers.add_row(&modello, group, row(number), &facts));
    }
    let mut posted = Posted::default();
    posted.add("soli", "si");
    for (number, nome) in [(1, "Luca"), (2, "Sofia")] {
        posted.add(format!("figli.{}.nome", row(number)), nome);
    }
    answers.take_page(&modello, "uno", &posted, &facts).unwrap();
    let parts = Form::new(&modello, &answers, &facts, Lingua::It).split();
    let held = parts.iter().map(|(_, one)| {
        let form = Form::new(&modello, one, &facts, Lingua::It);
        form.criteri().map(|criterio| (criterio.id.clone(), criterio.points)).collect::<Vec<_>>()
    });
    let held: Vec<_> = held.collect();
    let of = |list: &[(&str, u32)]| list.iter().map(|(id, points)| ((*id).to_owned(), *points)).collect::<Vec<_>>();
    assert_eq!(held, [of(&[("soli", 10), ("altri", 3)]), of(&[("soli", 10), ("grande", 50), ("altri", 3)])]);
}

#[test]
fn criteria_are_part_of_what_is_published_and_a_form_without_them_says_nothing_of_it() {
    assert!(!mensa().canonical().contains("graduatoria"));
    let more = format!("{MENSA}\n{}", criterio("residenti", "5", "given(residenza_comune)"));
    let ranked = good(Modello::parse("iscrizione-mensa.toml", &more));
    assert_ne!(ranked.hash(), mensa().hash());
    let again: Modello = serde_json::from_str(&ranked.canonical()).expect("it reads what it wrote");
    assert_eq!(again.graduatoria, ranked.graduatoria);
    let missing = ranked.clone().with_english("iscrizione-mensa.en.toml", MENSA_EN).expect_err("a label is missing");
    assert!(missing.iter().any(|error| error.to_string().contains("graduatoria.residenti.label")), "{missing:?}");
    let english = format!("{MENSA_EN}\n[graduatoria.residenti]\nlabel = \"Residents\"\n");
    let both = good(ranked.with_english("iscrizione-mensa.en.toml", &english));
    assert_eq!(both.graduatoria[0].label.get(Lingua::En), "Residents");
}
