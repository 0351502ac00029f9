//! The models that ship with the product: each file parses, is translated, and every example gives what it says.

use std::path::{Path, PathBuf};

use sportello_domain::modello::view::Privacy;
use sportello_domain::modello::{Answers, Campo, Expr, Modello, Procedura};

use super::common::{facts, post};

fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../modelli");
    let areas = std::fs::read_dir(root).expect("the folder of the models stands in the repository");
    let areas = areas.filter(|area| area.as_ref().is_ok_and(|area| area.file_name() != "banca"));
    let files = areas.flat_map(|area| std::fs::read_dir(area.expect("a folder").path()).expect("an area"));
    files.map(|file| file.expect("a file").path()).collect()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn listed<T>(found: Result<T, Vec<sportello_domain::modello::AuthorError>>) -> T {
    found.unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("\n{}", lines.join("\n"))
    })
}

fn stem(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8").to_owned()
}

#[test]
fn every_model_is_whole() {
    let mut seen = 0;
    for path in shipped() {
        let name = stem(&path);
        let Some(base) = name.strip_suffix(".toml").filter(|base| !base.contains('.')) else {
            continue;
        };
        let modello = listed(Modello::parse(&name, &text(&path)));
        assert_eq!(modello.code, base, "the file is named as the model");
        let english = format!("{base}.en.toml");
        let modello = listed(modello.with_english(&english, &text(&path.with_file_name(&english))));
        let faults: Vec<String> = modello.run_examples().iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
        assert!(modello.examples.len() >= 8, "{name} has too few examples");
        let procedura = format!("{}.procedura.toml", modello.procedure);
        let found = listed(Procedura::parse(&procedura, &text(&path.with_file_name(&procedura))));
        assert_eq!(found.code, modello.procedure);
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}

#[test]
fn no_rule_of_a_model_can_go_without_an_example_that_notices() {
    let mut unnoticed = Vec::new();
    for path in shipped() {
        let name = stem(&path);
        let Some(base) = name.strip_suffix(".toml").filter(|base| !base.contains('.')) else { continue };
        let whole = listed(Modello::parse(&name, &text(&path)));
        let mut without = |rule: String, change: &dyn Fn(&mut Modello)| {
            let mut less = whole.clone();
            change(&mut less);
            if less.run_examples().is_empty() {
                unnoticed.push(format!("{base}: {rule}"));
            }
        };
        for (at, campo) in whole.fields.iter().enumerate() {
            if campo.when.is_some() {
                without(format!("{}.when", campo.id), &|less| less.fields[at].when = None);
            }
            if campo.required.is_some() {
                without(format!("{}.required", campo.id), &|less| less.fields[at].required = None);
            }
            if campo.check.is_some() {
                without(format!("{}.check", campo.id), &|less| less.fields[at].check = None);
            }
        }
        for at in 0..whole.stops.len() {
            without(format!("stop {}", whole.stops[at].id), &|less| drop(less.stops.remove(at)));
        }
        for (at, group) in whole.groups.iter().enumerate() {
            if group.unique.is_some() {
                without(format!("{}.unique", group.id), &|less| less.groups[at].unique = None);
            }
        }
    }
    // A wrong one is warned about and taken, so that no list of errors can tell whether it was asked.
    unnoticed.retain(|rule| rule != "iscrizione-mensa: isee_protocollo.when");
    assert!(unnoticed.is_empty(), "no example notices that these are gone:\n{}", unnoticed.join("\n"));
}

#[test]
fn in_some_models_nothing_is_declared_but_that_the_notice_was_read() {
    let read =
        |path: PathBuf| Some((stem(&path).strip_suffix(".toml").filter(|base| !base.contains('.'))?.to_owned(), path));
    let mut silent: Vec<String> = shipped()
        .into_iter()
        .filter_map(read)
        .filter(|(name, path)| !listed(Modello::parse(&format!("{name}.toml"), &text(path))).declares())
        .map(|(name, _)| name)
        .collect();
    silent.sort();
    assert_eq!(silent, ["certificazione-mensa", "rinuncia-mensa"]);
}

/// Names of the shipped models in the published list, and fields that the list leaves to the product.
const LISTED: [(&str, &str); 6] = [
    ("iscrizione-mensa", "ISCRIZIONE_MENSA"),
    ("cambio-residenza", "CAMBIO_RESIDENZA"),
    ("dieta-speciale", "DIETA_SPECIALE"),
    ("variazione-pagamento", "VARIAZIONE_PAGAMENTO"),
    ("certificazione-mensa", "CERTIFICAZIONE_MENSA"),
    ("rinuncia-mensa", "RINUNCIA"),
];

/// Where a shipped model differs from the list, how, and why. Everything else is as the list says.
///
/// `manca`: it is not asked; `tipo`: it is of another kind; `obbligo`: it is needed where the list leaves it open, or the
/// other way round; `origine`: its first value comes from elsewhere; `riservatezza`: it is of another class; `blocco`: it can
/// be typed over where the list has it read only, or the other way round; `dichiarazione`: "no" is an answer to it.
const DELIBERATE: [(&str, &str, &str, &str); 35] = [
    ("iscrizione-mensa", "luogo_nascita", "manca", "it stands in the codice fiscale, which the provider vouches for"),
    ("iscrizione-mensa", "figlio_luogo", "manca", "it stands in the child's codice fiscale"),
    ("iscrizione-mensa", "figlio_cittadinanza", "manca", "the service does not depend on it (GDPR art. 5 c. 1 c)"),
    ("iscrizione-mensa", "fratelli", "manca", "the reduction counts the enrolments of the payer: nobody types them"),
    ("iscrizione-mensa", "dpr445", "manca", "declared with Invia, below the summary"),
    ("iscrizione-mensa", "regolamento", "manca", "declared with Invia, below the summary"),
    ("iscrizione-mensa", "residenza_civico", "manca", "part of the address, as in a change of residence"),
    ("iscrizione-mensa", "residenza_comune", "tipo", "a text: a family may live abroad"),
    ("iscrizione-mensa", "cellulare", "obbligo", "a telephone is no condition of a service"),
    ("iscrizione-mensa", "domicilio_diverso", "obbligo", "no answer means no"),
    ("iscrizione-mensa", "altro_presente", "obbligo", "no answer means no"),
    ("iscrizione-mensa", "figlio_residenza_uguale", "obbligo", "no answer means that the applicant's residence counts"),
    ("iscrizione-mensa", "tempo", "obbligo", "the days are asked: what the school calls them is not needed"),
    ("iscrizione-mensa", "dal", "obbligo", "no answer means the first day of the service"),
    ("iscrizione-mensa", "isee_protocollo", "obbligo", "the office reads it at INPS (DPR 445/2000 art. 43)"),
    ("iscrizione-mensa", "isee_tipo", "obbligo", "the office reads it at INPS (DPR 445/2000 art. 43)"),
    ("iscrizione-mensa", "isee_scadenza", "obbligo", "the office reads it at INPS (DPR 445/2000 art. 43)"),
    ("iscrizione-mensa", "isee_difformita", "obbligo", "no answer means that none is reported"),
    ("iscrizione-mensa", "qualita", "origine", "who was the guardian last time mostly still is; the summary shows it"),
    ("iscrizione-mensa", "email", "origine", "what somebody wrote last is newer than what the provider holds"),
    ("iscrizione-mensa", "cellulare", "origine", "what somebody wrote last is newer than what the provider holds"),
    ("iscrizione-mensa", "pec", "origine", "the provider is not asked for a digital address"),
    ("iscrizione-mensa", "figlio_nascita", "origine", "the register has it; the letters of a code tell no century"),
    ("iscrizione-mensa", "classe", "origine", "which class follows is known to the school alone: the hint asks for it"),
    ("iscrizione-mensa", "tempo", "origine", "another year is another timetable"),
    ("iscrizione-mensa", "giorni", "origine", "another year is another timetable"),
    ("iscrizione-mensa", "dal", "origine", "no answer means the first day of the service"),
    ("iscrizione-mensa", "isee_valore", "origine", "an ISEE ends with its year; class A begins no other form"),
    ("iscrizione-mensa", "isee_protocollo", "origine", "an ISEE ends with its year; class A begins no other form"),
    ("iscrizione-mensa", "isee_tipo", "origine", "an ISEE ends with its year; class A begins no other form"),
    ("iscrizione-mensa", "isee_scadenza", "origine", "an ISEE ends with its year; class A begins no other form"),
    ("variazione-pagamento", "modalita", "origine", "who opens this form wants another one than that of today"),
    ("certificazione-mensa", "consegna", "origine", "nothing is chosen beforehand"),
    ("cambio-residenza", "persone", "tipo", "a group: each child with its name, offered from the register"),
    ("variazione-pagamento", "decorrenza", "manca", "worked out when it is accepted, never typed"),
];

/// The kinds that answer to a type of the list.
fn kinds(listed: &str) -> &'static [&'static str] {
    let word = listed.split([':', ' ']).next().unwrap_or_default();
    match word {
        "cf" => &["codice_fiscale"],
        "date" => &["date"],
        "belfiore" => &["comune"],
        "state" => &["nationality"],
        "bool" => &["yes_no", "declaration"],
        "enum" => &["choice"],
        "set" => &["multi_choice"],
        "email" => &["email"],
        "phone" => &["phone"],
        "digits5" => &["cap"],
        "money" => &["money"],
        "iban" => &["iban"],
        "file" => &["file"],
        "year" => &["year"],
        "pattern" => &["pattern"],
        "list" => &["codici_fiscali"],
        "ref" if listed == "ref:plesso" => &["plesso_ref"],
        "ref" if listed == "ref:classe" => &["classe_ref"],
        "ref" if listed == "ref:iscrizione" => &["iscrizione_ref"],
        text if text.starts_with("text") => &["text", "long_text"],
        other => panic!("the list has a type that this test does not know: {other}"),
    }
}

/// The class of privacy by its word in the list.
fn privacy(word: &str) -> Privacy {
    match word {
        "personal" => Privacy::Personal,
        "child" => Privacy::Child,
        "income" => Privacy::Income,
        "bank" => Privacy::Bank,
        "ART9" => Privacy::Art9,
        other => panic!("the list has a class that this test does not know: {other}"),
    }
}

/// Registers of others that the list would ask first, and why no form does.
const NOT_ASKED: [(&str, &str); 2] = [
    ("ANPR", "the portal is not connected to it: the office looks there (DPR 445/2000 art. 43)"),
    ("INPS", "the portal is not connected to it: the office reads the ISEE there (DPR 445/2000 art. 43)"),
];

/// Where a first value comes from by the list, in its order: `person` for the provider of identity, `before` for earlier
/// filings and what the ente keeps of them, `register` for what only the register knows. A word of its own is a source
/// that no model has.
fn listed_origins(source: &str) -> Vec<&str> {
    let asked = source.split('|').filter(|word| NOT_ASKED.iter().all(|(register, _)| register != word));
    let origin = |word| match word {
        "user" => None,
        "SPID" | "default richiedente" => Some("person"),
        "previous" => Some("before"),
        "system" => Some("register"),
        "from cf" | "previous+1" | "default start of service" | "default area_personale" => Some(word),
        other => panic!("the list has a source that this test does not know: {other}"),
    };
    asked.filter_map(origin).collect()
}

/// Where a first value comes from by the model, in its order and the words of [`listed_origins`].
fn origins(campo: &Campo) -> Vec<&'static str> {
    if campo.kind.word() == "iscrizione_ref" {
        return vec!["register"];
    }
    let words = serde_json::to_value(&campo.prefill).expect("sources are words");
    let origin = |word: &serde_json::Value| match word.as_str().expect("a word").split('.').next() {
        Some("spid" | "persona") => "person",
        Some("last_filing" | "family") => "before",
        _ => panic!("a model has a source that this test does not know: {word}"),
    };
    words.as_array().expect("a list").iter().map(origin).collect()
}

/// Whether a field is needed where the list says so. What is needed in some cases only is hidden in the others, or
/// needed on a condition.
fn is_needed_as(campo: &Campo, listed: &str) -> bool {
    let conditional = campo.when.is_some() || campo.required.as_ref().is_some_and(|needed| !is_always(needed));
    match listed {
        "no" => campo.required.is_none(),
        "yes" => campo.required.as_ref().is_some_and(is_always) && campo.when.is_none(),
        _ => campo.required.is_some() && conditional,
    }
}

/// How a model differs from one row of the list.
fn differences(modello: &Modello, row: &csv::StringRecord) -> Vec<&'static str> {
    let [field, listed, required, source, class, rule] = [2, 4, 5, 6, 7, 8].map(|column| &row[column]);
    // The applicant, in full in the first model: by the list of the bank.
    let field = if listed.starts_with("block:") { "cf" } else { field };
    if let Some(group) = modello.groups.iter().find(|group| group.id == field) {
        let as_listed = group.family == (source == "system");
        return if as_listed { vec!["tipo"] } else { vec!["tipo", "origine"] };
    }
    let Some(campo) = modello.fields.iter().find(|campo| campo.id == field) else { return vec!["manca"] };
    let is_origin = origins(campo) == listed_origins(source);
    if listed.starts_with("block:") {
        return if is_origin { vec![] } else { vec!["origine"] };
    }
    let word = campo.kind.word();
    let found = [
        ("tipo", kinds(listed).contains(&word)),
        ("obbligo", is_needed_as(campo, required)),
        ("origine", is_origin),
        ("riservatezza", campo.privacy == privacy(class)),
        ("blocco", campo.locked == (rule == "read-only")),
        ("dichiarazione", word == "declaration" || !rule.starts_with("must be true")),
    ];
    found.into_iter().filter(|(_, as_listed)| !as_listed).map(|(how, _)| how).collect()
}

/// Whether a field is needed whatever was answered.
fn is_always(needed: &Expr) -> bool {
    *needed == Expr::ALWAYS
}

/// The fields of the models are those of the published list, where that list is at hand, but for what is deliberate.
#[test]
fn the_fields_are_those_of_the_list() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/modelli/fields.csv");
    if !list.exists() {
        #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
        let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
        assert!(!required, "the list of fields is missing");
        println!("skipped: the list of fields is not beside the checkout");
        return;
    }
    let mut rows = csv::Reader::from_path(list).expect("the list can be read");
    let rows: Vec<_> = rows.records().map(|row| row.expect("a row")).collect();
    let mut found = Vec::new();
    for (code, listed_as) in LISTED {
        let name = format!("{code}.toml");
        let path = shipped().into_iter().find(|path| stem(path) == name).expect("it ships");
        let modello = listed(Modello::parse(&name, &text(&path)));
        let own: Vec<_> = rows.iter().filter(|row| &row[0] == listed_as).collect();
        assert!(!own.is_empty(), "{listed_as} is in the list");
        for row in own {
            found.extend(differences(&modello, row).iter().map(|how| format!("{code}: {}: {how}", &row[2])));
        }
    }
    found.sort();
    assert!(NOT_ASKED.iter().all(|(_, why)| !why.is_empty()), "a register is not asked without a reason");
    let mut deliberate = DELIBERATE.map(|(code, field, how, why)| {
        assert!(!why.is_empty(), "{code}: {field} differs without a reason");
        format!("{code}: {field}: {how}")
    });
    deliberate.sort();
    assert_eq!(found, deliberate);
}

#[test]
fn a_form_about_an_enrolment_is_about_its_child() {
    let path = shipped().into_iter().find(|path| stem(path) == "rinuncia-mensa.toml").expect("it ships");
    let (modello, facts) = (listed(Modello::parse("rinuncia-mensa.toml", &text(&path))), facts());
    let mut answers = Answers::start(&modello, &facts);
    assert_eq!(modello.chosen_alunno(&answers, &facts), None);
    for (chosen, child) in [("i1", Some("Luca Brambilla")), ("somebody-elses", None)] {
        answers.take_page(&modello, "rinuncia", &post(&[("figlio", chosen)]), &facts).expect("the page exists");
        assert_eq!(modello.chosen_alunno(&answers, &facts), child, "{chosen}");
    }
}

/// A rule that an ente writes in its copy: form, line that it stands behind or in the place of, rule, and an example that it
/// refuses.
const OWN_RULES: [(&str, &str, &str, &str); 3] = [
    (
        "rinuncia-mensa",
        "check = \"dal >= today + 1\"",
        "check = \"dal >= today + 5\"",
        "base = \"rinuncia\"\nanswers = { dal = 2026-06-19 }\nexpect = { errors = [\"dal: check\"] }",
    ),
    (
        "iscrizione-mensa",
        GIORNI_HINT,
        r#"check = 'row.plesso != "infanzia-demo" or not ("ven" in row.giorni)'"#,
        r#"base = "due figli"
answers = { figli = [{ row = "a", giorni = ["ven"] }, { row = "b", giorni = ["ven"] }] }
expect = { errors = ["figli/b/giorni: check"] }"#,
    ),
    (
        "iscrizione-mensa",
        GIORNI_HINT,
        r#"check = 'row.tempo != "tempo_pieno" or ("lun" in row.giorni and "mar" in row.giorni and "mer" in row.giorni and "gio" in row.giorni and "ven" in row.giorni)'"#,
        r#"base = "due figli"
answers = { figli = [{ row = "a", tempo = "tempo_pieno" }, { row = "b", tempo = "moduli" }] }
expect = { errors = ["figli/a/giorni: check"] }"#,
    ),
];

const GIORNI_HINT: &str = "hint = \"Scegli tutti i giorni in cui tuo figlio mangia a scuola.\"";

/// What docs/modelli.md tells an ente to write is right, and does what it says.
#[test]
fn an_ente_can_write_the_rules_of_its_own_regulation() {
    let told = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/modelli.md"));
    for (code, line, rule, example) in OWN_RULES {
        assert!(told.contains(&format!("\n{rule}\n")), "docs/modelli.md does not say {rule}");
        let name = format!("{code}.toml");
        let path = shipped().into_iter().find(|path| stem(path) == name).expect("it ships");
        let text = text(&path);
        assert_eq!(text.matches(line).count(), 1, "{code}: {line}");
        let written = match line.starts_with("check") {
            true => rule.to_owned(),
            false => format!("{line}\n{rule}\ncheck_message = \"No\""),
        };
        let copy = text.replacen(line, &written, 1) + "\n[[example]]\nname = \"regola dell'ente\"\n" + example;
        let faults = listed(Modello::parse(&name, &copy)).run_examples();
        // Examples of the shipped form may say otherwise: the ente changes them along.
        let own = faults.iter().map(ToString::to_string).find(|fault| fault.contains("regola dell'ente"));
        assert_eq!(own, None, "{rule}");
    }
}
