//! A filling-in from the first page to the pratiche, and what happens on the way.

use super::common::{MENSA, MENSA_EN, child_post, complete, day, facts, file, good, mensa, post, row};
use sportello_domain::id::RowId;
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::{
    Answer, Block, Control, FieldView, PageView, ProblemCode, Progress, Shown, Source, WarningCode,
};
use sportello_domain::modello::{Answers, Facts, Form, KeepAfter, Modello, Posted, TakeError, Value};

fn form<'a>(modello: &'a Modello, answers: &'a Answers, facts: &'a Facts) -> Form<'a> {
    Form::new(modello, answers, facts, Lingua::It)
}

fn paths(form: &Form<'_>) -> Vec<String> {
    form.check_all().into_iter().map(|problem| problem.path).collect()
}

fn fields(view: &PageView) -> Vec<&FieldView> {
    let inner = view.blocks.iter().map(|block| match block {
        Block::Field(field) => vec![field],
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).collect(),
    });
    inner.flatten().collect()
}

#[test]
fn a_text_of_control_characters_is_no_answer() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = Answers::start(&modello, &facts);
    let posted = post(&[("residenza_indirizzo", "\u{0}\u{7}"), ("residenza_comune", "Treviglio\u{202e}\u{0}")]);
    answers.take_page(&modello, "richiedente", &posted, &facts).unwrap();
    assert_eq!(answers.value("residenza_indirizzo"), None);
    assert_eq!(answers.value("residenza_comune"), Some(&Value::Text("Treviglio".into())));
    assert!(paths(&form(&modello, &answers, &facts)).contains(&"residenza_indirizzo".to_owned()));
}

#[test]
fn a_new_draft_knows_what_is_known_and_ticks_nothing() {
    let (modello, facts) = (mensa(), facts());
    let answers = Answers::start(&modello, &facts);
    assert_eq!(answers.value("cf"), Some(&Value::Text("BNCGLI88S70A794O".into())));
    assert_eq!(answers.value("data_nascita"), Some(&Value::Date(day(1988, 11, 30))));
    assert_eq!(answers.value("cellulare"), Some(&Value::Text("+393330000145".into())));
    assert_eq!(answers.value("intestatario_nome"), Some(&Value::Text("Giulia Bianchi".into())));
    assert_eq!(answers.value("privacy"), None);
    assert!(answers.rows("figli").is_empty());
    let form = form(&modello, &answers, &facts);
    let pages: Vec<_> = form.pages().into_iter().map(|page| (page.id, page.progress)).collect();
    let todo = |id: &str| (id.to_owned(), Progress::ToDo);
    assert_eq!(pages, ["privacy", "richiedente", "figli", "pagamento"].map(todo));
}

#[test]
fn a_whole_enrolment_has_no_problem_and_splits_into_one_pratica_a_child() {
    let (modello, facts) = (mensa(), facts());
    let answers = complete(&modello, &facts);
    let form = form(&modello, &answers, &facts);
    assert_eq!(form.check_all(), []);
    assert_eq!(form.warnings(), []);
    assert!(form.pages().iter().all(|page| page.progress == Progress::Done));
    let parts = form.split();
    let rows: Vec<Option<RowId>> = parts.iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [Some(row(1)), Some(row(2))]);
    for (id, part) in &parts {
        assert!(part.filed);
        assert_eq!(part.rows("figli").iter().map(|row| Some(row.id)).collect::<Vec<_>>(), [*id]);
        assert_eq!(part.value("iban"), Some(&Value::Text("IT60X0542811101000000123456".into())));
    }
    let certificato = |at: usize| parts[at].1.rows("figli")[0].value("dieta_certificato");
    assert_eq!((certificato(0).is_some(), certificato(1).is_some()), (false, true));
}

#[test]
fn locked_values_are_never_taken_from_the_post() {
    let (modello, mut facts) = (mensa(), facts());
    let mut answers = Answers::start(&modello, &facts);
    let forged = post(&[("cf", "RSSMRA85C12B442I"), ("nome", "Mario"), ("data_nascita.a", "1970")]);
    answers.take_page(&modello, "richiedente", &forged, &facts).expect("the page exists");
    assert_eq!(answers.value("cf"), Some(&Value::Text("BNCGLI88S70A794O".into())));
    assert_eq!(answers.value("nome"), Some(&Value::Text("Giulia".into())));
    // The session counts, not what was kept.
    facts.identita.nome = Some("Giulia Anna".into());
    answers.refresh(&modello, &facts);
    assert_eq!(answers.value("nome"), Some(&Value::Text("Giulia Anna".into())));
    // What the provider does not say must be typed.
    facts.identita.nascita = None;
    let typed = post(&[("data_nascita.g", "30"), ("data_nascita.m", "11"), ("data_nascita.a", "1988")]);
    let mut answers = Answers::start(&modello, &facts);
    answers.take_page(&modello, "richiedente", &typed, &facts).expect("the page exists");
    assert_eq!(answers.value("data_nascita"), Some(&Value::Date(day(1988, 11, 30))));
}

#[test]
fn nothing_typed_is_lost() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = Answers::start(&modello, &facts);
    assert!(answers.add_row(&modello, "figli", row(1), &facts));
    let typed = [
        ("figlio_cf", "FRRSFO20L63L40"),
        ("figlio_nome", "Sofia"),
        ("figlio_cognome", "Ferrari"),
        ("figlio_nascita.g", "23"),
        ("figlio_nascita.m", "7"),
        ("figlio_nascita.a", "20"),
    ];
    answers.take_page(&modello, "figli", &child_post(row(1), &typed), &facts).expect("the page exists");
    let form = form(&modello, &answers, &facts);
    let problems = form.check_page("figli");
    let found: Vec<_> = problems.iter().map(|problem| (problem.row.as_deref(), problem.code.clone())).collect();
    let sofia = Some("Sofia Ferrari");
    assert_eq!(found, [(sofia, ProblemCode::CodiceFiscaleLength { typed: 14 }), (sofia, ProblemCode::YearFourDigits)]);
    let view = form.draw_page("figli", &problems).expect("the page exists");
    let fields = fields(&view);
    assert_eq!(fields[0].value, Shown::Text("FRRSFO20L63L40".into()));
    assert_eq!(fields[0].anchor, format!("figli-{}-figlio_cf", row(1)));
    assert_eq!(fields[0].problem.as_ref().map(|problem| &problem.anchor), Some(&fields[0].anchor));
    let date = Shown::Date { day: "23".into(), month: "7".into(), year: "20".into() };
    assert_eq!(fields[4].value, date);
}

#[test]
fn a_hidden_value_stays_in_the_draft_and_never_reaches_the_filing() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    let choose = |answers: &mut Answers, word| {
        answers.take_page(&modello, "pagamento", &post(&[("modalita", word)]), &facts).expect("the page exists");
    };
    choose(&mut answers, "PAGOPA");
    assert!(answers.value("iban").is_some());
    let filing = form(&modello, &answers, &facts).filing();
    assert!(!filing.fields.contains_key("iban") && !filing.fields.contains_key("mandato"));
    assert!(filing.fields.contains_key("isee_valore"));
    assert!(
        form(&modello, &answers, &facts).summary().sections.iter().all(|s| s.lines.iter().all(|l| l.field != "iban"))
    );
    choose(&mut answers, "SDD");
    assert!(form(&modello, &answers, &facts).filing().fields.contains_key("iban"));
    // A hidden file too.
    let diet = child_post(row(2), &[("dieta_tipo", "nessuna")]);
    answers.take_page(&modello, "dieta", &diet, &facts).expect("the page exists");
    assert_eq!(answers.files().len(), 1);
    assert!(form(&modello, &answers, &facts).filing().files().is_empty());
    assert_eq!(paths(&form(&modello, &answers, &facts)), [""; 0]);
}

#[test]
fn a_filing_is_read_without_the_world_of_that_day() {
    let (modello, facts) = (mensa(), facts());
    let answers = complete(&modello, &facts);
    let filing = form(&modello, &answers, &facts).filing();
    let later = Facts { today: day(2031, 1, 1), plessi: Vec::new(), ..Facts::example() };
    let then = form(&modello, &answers, &facts).summary();
    assert_eq!(form(&modello, &filing, &later).summary(), then);
    let titles: Vec<&str> = then.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Informativa sulla privacy",
            "Chi fa la domanda",
            "Figlio: Luca Brambilla",
            "Scuola e giorni di mensa: Luca Brambilla",
            "Dieta: Luca Brambilla",
            "Figlio: Youssef El Amrani",
            "Scuola e giorni di mensa: Youssef El Amrani",
            "Dieta: Youssef El Amrani",
            "Dettagli della dieta: Youssef El Amrani",
            "Tariffa e pagamento",
            "Dettagli del pagamento",
        ]
    );
    let days = &then.sections[3].lines[2];
    assert_eq!(days.answer, Some(Answer::List(vec!["lunedì".into(), "giovedì".into()])));
    let isee = then.sections[10].lines.iter().find(|line| line.field == "isee_valore").expect("it was declared");
    assert_eq!(isee.answer, Some(Answer::Cents(1_234_567)));
}

#[test]
fn an_optional_question_left_open_is_kept_as_such() {
    let (modello, mut facts) = (mensa(), facts());
    facts.identita.cellulare = None;
    let answers = complete(&modello, &facts);
    let filing = form(&modello, &answers, &facts).filing();
    assert_eq!(filing.fields["cellulare"].value, None);
    let summary = form(&modello, &filing, &facts).summary();
    let line = summary.sections[1].lines.iter().find(|line| line.field == "cellulare").expect("it was asked");
    assert_eq!(line.answer, None);
}

#[test]
fn rows_come_and_go_by_identifier() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = Answers::start(&modello, &facts);
    assert!(answers.add_offered(&modello, "figli", "k1", row(1), &facts));
    assert!(!answers.add_offered(&modello, "figli", "k1", row(2), &facts), "taken once");
    assert!(!answers.add_offered(&modello, "figli", "k9", row(2), &facts), "unknown child");
    assert!(!answers.add_row(&modello, "figli", row(1), &facts), "the identifier is taken");
    assert!(!answers.add_row(&modello, "cani", row(2), &facts), "unknown group");
    let view = form(&modello, &answers, &facts).draw_page("figli", &[]).expect("the page exists");
    let Some(Block::Group(group)) = view.blocks.first() else { panic!("the page holds the group") };
    assert!(group.editable && group.can_add);
    assert_eq!(group.rows[0].title, "Luca Brambilla");
    assert_eq!(group.rows[0].fields[0].source, Source::Family);
    assert_eq!(group.offered.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Youssef El Amrani"]);
    for number in 2..=8 {
        assert!(answers.add_row(&modello, "figli", row(number), &facts));
    }
    assert!(!answers.add_row(&modello, "figli", row(9), &facts), "eight rows at most");
    assert!(
        answers.remove_row(&modello, "figli", row(1), &facts) && !answers.remove_row(&modello, "figli", row(1), &facts)
    );
    assert_eq!(answers.rows("figli")[0].id, row(2));
}

#[test]
fn a_value_that_was_offered_and_changed_says_so() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = Answers::start(&modello, &facts);
    answers
        .take_page(&modello, "richiedente", &post(&[("email", "giulia.bianchi@posta.example")]), &facts)
        .expect("known");
    assert_eq!((answers.fields["email"].source, answers.fields["email"].edited), (Source::Spid, false));
    answers.take_page(&modello, "richiedente", &post(&[("email", "altra@posta.example")]), &facts).expect("known");
    assert_eq!((answers.fields["email"].source, answers.fields["email"].edited), (Source::Typed, true));
    answers.take_page(&modello, "richiedente", &post(&[("email", "")]), &facts).expect("known");
    assert_eq!(answers.value("email"), None);
}

#[test]
fn a_tick_taken_away_is_taken_away_and_other_pages_are_left_alone() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    answers.take_page(&modello, "privacy", &Posted::default(), &facts).expect("the page exists");
    assert_eq!(answers.value("privacy"), None);
    assert_eq!(answers.value("mandato"), Some(&Value::Flag(true)));
    let elsewhere = post(&[("privacy", "si"), ("modalita", "PAGOPA"), ("sconosciuto", "x")]);
    answers.take_page(&modello, "richiedente", &elsewhere, &facts).expect("the page exists");
    assert_eq!(answers.value("privacy"), None);
    assert_eq!(answers.value("modalita"), Some(&Value::Text("SDD".into())));
    assert!(!answers.fields.contains_key("sconosciuto"));
    assert_eq!(answers.take_page(&modello, "altrove", &Posted::default(), &facts), Err(TakeError::UnknownPage));
}

#[test]
fn files_stay_until_they_are_removed() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    answers.take_page(&modello, "dieta-dettagli", &Posted::default(), &facts).expect("the page exists");
    assert_eq!(answers.files().len(), 1);
    let name = format!("figli.{}.dieta_certificato", row(2));
    let mut large = Posted::default();
    large.add_file(&name, file("grande.pdf", "application/pdf", 6_000_000));
    answers.take_page(&modello, "dieta-dettagli", &large, &facts).expect("the page exists");
    let problems = form(&modello, &answers, &facts).check_page("dieta-dettagli");
    assert_eq!(problems[0].code, ProblemCode::FileTooLarge { max_mb: 5 });
    assert_eq!(answers.remove_file(&modello, "figli.x.dieta_certificato"), None);
    assert_eq!(answers.remove_file(&modello, "iban"), None);
    assert_eq!(answers.remove_file(&modello, &name).map(|file| file.name).as_deref(), Some("grande.pdf"));
    assert!(answers.files().is_empty());
    let refused = form(&modello, &answers, &facts).problem_at(&name, ProblemCode::FileBroken).expect("it is shown");
    assert_eq!((refused.page.as_str(), refused.row.as_deref()), ("dieta-dettagli", Some("Youssef El Amrani")));
}

#[test]
fn a_codice_fiscale_of_somebody_else_warns_and_does_not_block() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    answers.take_page(&modello, "figli", &child_post(row(1), &[("figlio_nome", "Gianpiero")]), &facts).expect("known");
    let form = form(&modello, &answers, &facts);
    assert_eq!(form.check_all(), []);
    let warnings = form.warnings();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].code, WarningCode::CodiceFiscaleMismatch);
    assert_eq!(warnings[0].path, format!("figli/{}/figlio_cf", row(1)));
}

#[test]
fn pages_without_a_question_are_skipped() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    assert_eq!(form(&modello, &answers, &facts).next_page("dieta"), Some("dieta-dettagli"));
    answers.take_page(&modello, "dieta", &child_post(row(2), &[("dieta_tipo", "nessuna")]), &facts).expect("known");
    assert_eq!(form(&modello, &answers, &facts).next_page("dieta"), Some("pagamento"));
    assert_eq!(form(&modello, &answers, &facts).next_page("pagamento-dettagli"), None);
}

#[test]
fn every_page_speaks_english_too() {
    let (modello, facts) = (mensa(), facts());
    let answers = complete(&modello, &facts);
    let english = Form::new(&modello, &answers, &facts, Lingua::En);
    assert_eq!(modello.title(Lingua::En, facts.anno_scolastico), "School meals enrolment form, school year 2026/2027");
    let view = english.draw_page("scuola", &[]).expect("the page exists");
    let fields = fields(&view);
    assert_eq!(fields[2].label, "Meal days");
    let Control::MultiChoice { options } = &fields[2].control else { panic!("tick boxes") };
    assert_eq!((options[0].label.as_str(), options[0].chosen), ("Monday", true));
    let Control::Choice { options, select } = &fields[1].control else { panic!("a select") };
    assert!(*select);
    assert_eq!(options[2].label, "1ª A (Scuola primaria)");
}

#[test]
fn what_was_shown_is_what_is_sent() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = complete(&modello, &facts);
    let shown = form(&modello, &answers, &facts).fingerprint();
    assert_eq!(shown.len(), 64);
    assert_eq!(shown, form(&modello, &answers.clone(), &facts).fingerprint());
    answers.take_page(&modello, "richiedente", &post(&[("email", "altra@posta.example")]), &facts).expect("known");
    assert_ne!(shown, form(&modello, &answers, &facts).fingerprint());
}

#[test]
fn class_a_is_nowhere_in_the_clear_part() {
    let (modello, facts) = (mensa(), facts());
    let answers = form(&modello, &complete(&modello, &facts), &facts).filing();
    let parts = answers.part(&modello);
    let sealed = parts.sealed.clone().expect("there are class-A answers");
    let kept = serde_json::to_value(&parts.clear).expect("answers can be written");
    assert_eq!(Answers::of_document(&kept).expect("they were written"), parts.clear);
    for secret in ["IT60X", "1234567", "sanitaria", "certificato", "dieta", "iban", "isee", "mandato"] {
        assert!(!kept.to_string().contains(secret), "{secret}");
    }
    assert!(sealed.contains("IT60X0542811101000000123456") && !sealed.contains("Bianchi"));
    assert_eq!(Answers::join(parts.clear.clone(), Some(&sealed)).expect("they belong together"), answers);
    let clear = Answers::join(parts.clear.clone(), None).expect("a clerk without the permission");
    assert!(clear.value("iban").is_none() && clear.value("cf").is_some());
    let strange = sealed.replace(&row(2).to_string(), &row(5).to_string());
    assert!(Answers::join(parts.clear, Some(&strange)).is_err());
    assert!(Answers::of_document(&serde_json::json!([])).is_err());
    let next = answers.for_next_time(&modello);
    assert!(next.contains_key("email") && !next.contains_key("iban") && !next.contains_key("isee_scelta"));
}

#[test]
fn class_a_can_be_masked() {
    let (modello, facts) = (mensa(), facts());
    let answers = complete(&modello, &facts);
    let form = form(&modello, &answers, &facts);
    assert_eq!(form.redacted("iban").as_deref(), Some("IT•• •••• 3456"));
    assert_eq!(form.redacted("isee_valore").as_deref(), Some("•••"));
    assert_eq!(form.redacted("dieta_alimenti"), None, "it is hidden");
}

#[test]
fn the_last_filing_comes_back() {
    let (modello, mut facts) = (mensa(), facts());
    let before = complete(&modello, &facts);
    facts.previous = before.for_next_time(&modello);
    let answers = Answers::start(&modello, &facts);
    assert_eq!(answers.value("residenza_cap"), Some(&Value::Text("24040".into())));
    assert_eq!(answers.fields["residenza_cap"].source, Source::LastFiling);
    assert_eq!(answers.value("privacy"), None, "declarations are made anew");
}

#[test]
fn answers_have_a_size() {
    let (modello, facts) = (mensa(), facts());
    let mut answers = Answers::start(&modello, &facts);
    let long = "x".repeat(3_000_000);
    answers.take_page(&modello, "richiedente", &post(&[("residenza_indirizzo", &long)]), &facts).expect("it is cut");
    let problems = form(&modello, &answers, &facts).check_page("richiedente");
    assert!(problems.iter().any(|problem| problem.code == ProblemCode::TooLong { max: 120 }));
}

#[test]
fn a_modello_survives_its_canonical_json() {
    let modello = mensa();
    let json = modello.canonical();
    let mut back = serde_json::from_str::<Modello>(&json).expect("it was written here");
    assert_eq!(back.canonical(), json);
    assert_eq!(back.hash(), modello.hash());
    assert_eq!(back.examples, [], "examples prove the text, they are not published");
    back.examples.clone_from(&modello.examples);
    assert_eq!(back, modello);
    assert!(serde_json::from_str::<Modello>("{}").is_err());
    // The hash covers every text, also one that comes after it was first asked for.
    let italian = good(Modello::parse("iscrizione-mensa.toml", MENSA));
    let before = italian.hash();
    let both = good(italian.with_english("iscrizione-mensa.en.toml", MENSA_EN));
    assert_ne!(both.hash(), before);
    assert_eq!(both.hash(), modello.hash());
}

#[test]
fn what_is_published_says_how_long_each_answer_is_kept() {
    let modello = mensa();
    let kept = |id: &str| {
        let keep = modello.campo(id).expect("a field").kept();
        (keep.after, keep.years)
    };
    let (pratica, fascicolo, dieta) = (KeepAfter::Pratica, KeepAfter::Fascicolo, KeepAfter::Dieta);
    let classes = ["cf", "figlio_cf", "isee_valore", "iban", "disabilita", "dieta_certificato"].map(kept);
    let expected = [(fascicolo, 10), (fascicolo, 10), (pratica, 10), (fascicolo, 5), (fascicolo, 1), (dieta, 1)];
    assert_eq!(classes, expected);
    assert_eq!(modello.campo("dieta_certificato").expect("a field").kept().until(day(2024, 2, 29)), day(2025, 2, 28));
    // The document says it even where the author did not, and its hash is over it; what is only read says nothing.
    let published: serde_json::Value = serde_json::from_str(&modello.canonical()).expect("it was written here");
    let fields = published["fields"].as_array().expect("a list");
    for field in fields {
        assert_eq!(field.get("keep").is_none(), field["kind"]["is"] == "info", "{}", field["id"]);
    }
    let longer = MENSA.replace("{ after = \"dieta\", years = 1 }", "{ after = \"dieta\", years = 2 }");
    let longer = good(Modello::parse("iscrizione-mensa.toml", &longer));
    assert_ne!(longer.hash(), good(Modello::parse("iscrizione-mensa.toml", MENSA)).hash());
    // What was published before has the times of the classes.
    let mut old = published.clone();
    let fields = old["fields"].as_array_mut().expect("a list");
    fields.iter_mut().for_each(|field| drop(field.as_object_mut().expect("a table").remove("keep")));
    let old: Modello = serde_json::from_value(old).expect("a document of before");
    assert_eq!(old.campo("dieta_certificato").expect("a field").kept().after, fascicolo);
    assert!(!old.canonical().contains("\"keep\""));
}

/// A form with a group, a question that the group hides, and one rule.
fn stopped_by(when: &str) -> Modello {
    let text = format!(
        r#"
code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[group]]
id = "g"
page = "uno"
title = "G"
row_name = "R"
row_title = "R"
[[field]]
id = "si"
page = "uno"
kind = "yes_no"
label = "Sì"
[[field]]
id = "nascosto"
page = "uno"
kind = "yes_no"
label = "Nascosto"
when = 'si'
[[field]]
id = "r"
group = "g"
kind = "yes_no"
label = "R"
[[stop]]
id = "s"
when = '{when}'
message = "Ferma."
[[example]]
name = "vuoto"
expect = {{ errors = [] }}
"#
    );
    good(Modello::parse("prova.toml", &text))
}

#[test]
fn a_rule_that_holds_stops_also_where_its_question_is_not_shown() {
    let facts = facts();
    for (when, path) in [
        ("not any(g, row.r)", "g"),
        ("not any(g, row.r) and not si", "si"),
        ("not nascosto", "nascosto"),
        ("not nascosto and not si", "si"),
    ] {
        let modello = stopped_by(when);
        let answers = Answers::start(&modello, &facts);
        let form = Form::new(&modello, &answers, &facts, Lingua::It);
        let paths: Vec<String> = form.check_all().into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, [path], "{when}");
    }
}
