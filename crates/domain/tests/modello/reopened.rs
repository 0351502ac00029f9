//! Questions of a filing that are asked again: what opens, what is taken, what is filed in the end.

use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::{Answer, Control, ProblemCode};
use sportello_domain::modello::{Answers, Campo, Difference, Facts, Form, Modello, Posted, Reopened, Value};

use super::common::{child_post, day, facts, file, filed, mensa, one_page, post, row};

/// A stay of so many days with its meals.
const STAY: &str = r#"
[[field]]
id = "dal"
page = "uno"
kind = "date"
label = "Dal"
[[field]]
id = "al"
page = "uno"
kind = "date"
label = "Al"
check = "al >= dal"
check_message = "Prima dell'inizio."
[[field]]
id = "pasti"
page = "uno"
kind = "integer"
label = "Pasti"
[[field]]
id = "costo"
page = "uno"
kind = "computed"
gives = "integer"
value = "pasti * 5"
label = "Costo"
[[field]]
id = "lontano"
page = "uno"
kind = "yes_no"
label = "Lontano"
when = "given(dal) and today > dal"
[[stop]]
id = "troppi"
when = "pasti > 50"
message = "Sono troppi."
"#;

fn drawn(reopened: &Reopened<'_>) -> Vec<String> {
    let page = reopened.draw(Lingua::It, &[]);
    page.fields().map(|field| field.name.rsplit('.').next().unwrap_or_default().to_owned()).collect()
}

/// Takes what a page sends on which every control is drawn.
fn take(reopened: &mut Reopened<'_>, modello: &Modello, typed: &Posted) {
    let name = |campo: &Campo| match &campo.group {
        Some(group) => format!("{group}.{}.{}", row(1), campo.id),
        None => campo.id.clone(),
    };
    let drawn: Vec<String> = modello.fields.iter().map(name).collect();
    reopened.take(typed, &drawn).expect("it is small");
}

fn wrong(reopened: &Reopened<'_>) -> Vec<(String, ProblemCode)> {
    let problems = reopened.problems(Lingua::It).into_iter();
    problems.map(|problem| (problem.path.rsplit('/').next().unwrap_or_default().to_owned(), problem.code)).collect()
}

fn asked(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

/// What an amended filing says otherwise: label, before, now.
fn changes(
    modello: &Modello,
    filed: &Answers,
    amended: &Answers,
    facts: &Facts,
) -> Vec<(String, Option<Answer>, Option<Answer>)> {
    let form = |answers| Form::new(modello, answers, facts, Lingua::It);
    let found = form(amended).amended_since(&form(filed));
    found.into_iter().map(|Difference { label, known, answer, .. }| (label, known, answer)).collect()
}

fn date(name: &str, year: &str) -> Vec<(String, String)> {
    [("g", "1"), ("m", "3"), ("a", year)].map(|(part, value)| (format!("{name}.{part}"), value.to_owned())).to_vec()
}

/// From 1 March 2025 to 1 March 2026, ten meals.
fn small() -> (Modello, Facts, Answers) {
    let (modello, facts) = (one_page(STAY), Facts { today: day(2025, 2, 1), ..facts() });
    let mut answers = Answers::start(&modello, &facts);
    let typed: Posted =
        [date("dal", "2025"), date("al", "2026"), vec![("pasti".into(), "10".into())]].concat().into_iter().collect();
    answers.take_page(&modello, "uno", &typed, &facts).expect("the page exists");
    let form = Form::new(&modello, &answers, &facts, Lingua::It);
    assert_eq!(form.check_all(), []);
    let filing = form.filing();
    (modello, facts, filing)
}

#[test]
fn only_what_is_asked_again_is_drawn_and_taken() {
    let (modello, facts, filed, asked) = (mensa(), facts(), filed(&[]), asked(&["residenza_cap", "giorni"]));
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    assert_eq!(drawn(&reopened), ["residenza_cap", "giorni"]);
    let mut typed = child_post(row(1), &[("giorni", "lun"), ("plesso", "infanzia-demo"), ("figlio_nome", "Marco")]);
    typed.add("residenza_cap", "20100");
    typed.add("residenza_comune", "Milano");
    take(&mut reopened, &modello, &typed);
    assert_eq!(wrong(&reopened), []);
    let amended = reopened.amended().unwrap();
    let days = |days: &[&str]| Some(Answer::List(days.iter().map(|day| (*day).to_owned()).collect()));
    let text = |text: &str| Some(Answer::Text(text.to_owned()));
    let expected = [
        ("CAP".to_owned(), text("24040"), text("20100")),
        ("Giorni di mensa".to_owned(), days(&["lunedì", "giovedì"]), days(&["lunedì"])),
    ];
    assert_eq!(changes(&modello, &filed, &amended, &facts), expected);
    assert_eq!(amended.rows("figli")[0].key, filed.rows("figli")[0].key);
}

#[test]
fn nothing_typed_changes_nothing() {
    let (modello, facts, filed) = (mensa(), facts(), filed(&[]));
    let every: Vec<String> = modello.fields.iter().map(|campo| campo.id.clone()).collect();
    let reopened = Reopened::new(&modello, &filed, &facts, &every);
    assert_eq!(reopened.amended(), None);
    assert_eq!(wrong(&reopened), []);
}

#[test]
fn an_answer_that_asks_for_more_opens_it() {
    let (modello, facts, filed, asked) = (mensa(), facts(), filed(&[]), asked(&["dieta_tipo"]));
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    assert_eq!(drawn(&reopened), ["dieta_tipo"]);
    take(&mut reopened, &modello, &child_post(row(1), &[("dieta_tipo", "sanitaria")]));
    assert_eq!(drawn(&reopened), ["dieta_tipo", "dieta_certificato", "dieta_scadenza"]);
    let missing = [("dieta_certificato", ProblemCode::Missing), ("dieta_scadenza", ProblemCode::Missing)];
    assert_eq!(wrong(&reopened), missing.map(|(field, code)| (field.to_owned(), code)));
    // Everything in one go, as a page with all of it sends it.
    let typed = [
        ("dieta_tipo", "sanitaria"),
        ("dieta_scadenza.g", "30"),
        ("dieta_scadenza.m", "6"),
        ("dieta_scadenza.a", "2027"),
    ];
    let mut typed = child_post(row(1), &typed);
    typed.add_file(format!("figli.{}.dieta_certificato", row(1)), file("referto.pdf", "application/pdf", 10));
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    take(&mut reopened, &modello, &typed);
    assert_eq!(wrong(&reopened), []);
    let given = reopened.amended().unwrap().rows("figli")[0].value("dieta_certificato").cloned();
    assert!(given.is_some());
    // And back again: what is hidden is filed no more.
    let amended = reopened.amended().unwrap();
    let mut back = Reopened::new(&modello, &amended, &facts, &asked);
    take(&mut back, &modello, &child_post(row(1), &[("dieta_tipo", "nessuna")]));
    assert_eq!(back.amended().unwrap(), filed);
}

#[test]
fn a_file_is_given_for_the_question_that_asks_for_it_and_replaces_the_one_before() {
    let (modello, facts, asked) = (mensa(), facts(), asked(&["dieta_certificato"]));
    let certificate = file("primo.pdf", "application/pdf", 10);
    let with = child_post(row(1), &[("dieta_tipo", "sanitaria")]);
    let mut details =
        child_post(row(1), &[("dieta_scadenza.g", "30"), ("dieta_scadenza.m", "6"), ("dieta_scadenza.a", "2027")]);
    details.add_file(format!("figli.{}.dieta_certificato", row(1)), certificate);
    let filed = filed(&[("dieta", with), ("dieta-dettagli", details)]);
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    let page = reopened.draw(Lingua::It, &[]);
    let [field] = page.fields().collect::<Vec<_>>()[..] else { panic!("{page:?}") };
    assert!(matches!(&field.control, Control::File { present: Some(file), .. } if file.name == "primo.pdf"));
    let mut typed = Posted::default();
    typed.add_file(field.name.clone(), file("secondo.pdf", "application/pdf", 20));
    take(&mut reopened, &modello, &typed);
    let found = changes(&modello, &filed, &reopened.amended().unwrap(), &facts);
    let names: Vec<_> = found
        .iter()
        .map(|(_, before, now)| match (before, now) {
            (Some(Answer::File(before)), Some(Answer::File(now))) => (before.name.as_str(), now.name.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, [("primo.pdf", "secondo.pdf")]);
}

#[test]
fn what_is_known_stays_and_what_is_hidden_is_not_asked() {
    let (modello, facts, filed, asked) = (mensa(), facts(), filed(&[]), asked(&["nome", "dieta_certificato"]));
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    assert_eq!(drawn(&reopened), [""; 0]);
    assert_eq!(reopened.unanswerable(Lingua::It), ["Nome", "Certificato del medico"]);
    take(&mut reopened, &modello, &post(&[("nome", "Altra")]));
    assert_eq!(reopened.amended(), None);
}

#[test]
fn what_an_answer_makes_wrong_elsewhere_opens() {
    let (modello, facts, filed) = small();
    let asked = asked(&["dal"]);
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    assert_eq!(drawn(&reopened), ["dal"]);
    let late: Posted = date("dal", "2027").into_iter().collect();
    take(&mut reopened, &modello, &late);
    assert_eq!(drawn(&reopened), ["dal", "al"]);
    assert!(matches!(&wrong(&reopened)[..], [(path, ProblemCode::Check { .. })] if path == "al"));
    let both: Posted = [date("dal", "2027"), date("al", "2028")].concat().into_iter().collect();
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    take(&mut reopened, &modello, &both);
    assert_eq!(wrong(&reopened), []);
    assert_eq!(changes(&modello, &filed, &reopened.amended().unwrap(), &facts).len(), 2);
}

#[test]
fn a_stop_refuses_and_what_is_worked_out_follows() {
    let (modello, facts, filed) = small();
    let asked = asked(&["pasti"]);
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    take(&mut reopened, &modello, &post(&[("pasti", "60")]));
    assert!(matches!(&wrong(&reopened)[..], [(path, ProblemCode::Stop { .. })] if path == "pasti"));
    take(&mut reopened, &modello, &post(&[("pasti", "20")]));
    assert_eq!(wrong(&reopened), []);
    let found = changes(&modello, &filed, &reopened.amended().unwrap(), &facts);
    let labels: Vec<_> = found.into_iter().map(|(label, ..)| label).collect();
    assert_eq!(labels, ["Pasti", "Costo"]);
}

#[test]
fn time_and_registers_open_and_change_nothing() {
    let (modello, facts, filed) = small();
    let asked = asked(&["pasti"]);
    let later = Facts { today: day(2027, 5, 1), ..facts };
    let mut reopened = Reopened::new(&modello, &filed, &later, &asked);
    assert_eq!(drawn(&reopened), ["pasti"], "a question that only time shows stays hidden");
    take(&mut reopened, &modello, &post(&[("pasti", "10")]));
    assert_eq!(reopened.amended(), None);
    let (modello, filed) = (mensa(), super::common::filed(&[]));
    let mut closed = super::common::facts();
    closed.plessi.iter_mut().for_each(|plesso| plesso.service_open = false);
    let asked = vec!["residenza_cap".to_owned()];
    let mut reopened = Reopened::new(&modello, &filed, &closed, &asked);
    take(&mut reopened, &modello, &post(&[("residenza_cap", "20100")]));
    assert_eq!(wrong(&reopened), [], "the school closed since");
}

#[test]
fn an_empty_tick_box_says_so_only_where_it_was_drawn() {
    let (modello, facts, filed, asked) = (mensa(), facts(), filed(&[]), asked(&["giorni"]));
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    reopened.take(&Posted::default(), &[]).unwrap();
    assert_eq!(reopened.amended(), None);
    take(&mut reopened, &modello, &Posted::default());
    assert!(matches!(&wrong(&reopened)[..], [(path, ProblemCode::Missing)] if path == "giorni"));
}

#[test]
fn what_was_wrong_before_stops_nobody_whatever_the_row_is_called_by_now() {
    let (modello, filed) = (mensa(), filed(&[]));
    let mut closed = facts();
    closed.plessi.iter_mut().for_each(|plesso| plesso.service_open = false);
    let renamed = asked(&["figlio_nome"]);
    let mut reopened = Reopened::new(&modello, &filed, &closed, &renamed);
    take(&mut reopened, &modello, &child_post(row(1), &[("figlio_nome", "Luca Maria")]));
    assert_eq!(drawn(&reopened), ["figlio_nome"], "the school is not asked for because it closed");
    assert_eq!(wrong(&reopened), []);
    // Asked for itself it stays as it was, or becomes right.
    closed.plessi.clear();
    let school = asked(&["plesso"]);
    let mut reopened = Reopened::new(&modello, &filed, &closed, &school);
    take(&mut reopened, &modello, &Posted::default());
    assert_eq!((wrong(&reopened).len(), reopened.amended()), (0, None), "words alone can answer");
    take(&mut reopened, &modello, &child_post(row(1), &[("plesso", "altrove")]));
    assert!(wrong(&reopened).iter().any(|(path, _)| path == "plesso"));
}

#[test]
fn what_opens_begins_with_what_is_known() {
    let text = STAY.replace("[[stop]]", "[[field]]\nid = \"nome\"\npage = \"uno\"\nkind = \"text\"\nmax = 80\nlabel = \"Nome\"\nwhen = \"pasti > 20\"\nrequired = true\nlocked = true\nprefill = \"spid.name\"\n[[stop]]");
    let modello = one_page(&text);
    let (_, facts, filed) = small();
    let pasti = asked(&["pasti"]);
    let mut reopened = Reopened::new(&modello, &filed, &facts, &pasti);
    take(&mut reopened, &modello, &post(&[("pasti", "30"), ("nome", "Altra")]));
    assert_eq!((drawn(&reopened), wrong(&reopened)), (vec!["pasti".to_owned()], Vec::new()));
    let found = changes(&modello, &filed, &reopened.amended().unwrap(), &facts);
    assert!(found.contains(&("Nome".to_owned(), None, Some(Answer::Text("Giulia".to_owned())))), "{found:?}");
}

#[test]
fn what_is_worked_out_is_there_once_it_is_shown() {
    let spesa = "[[field]]\nid = \"spesa\"\npage = \"uno\"\nkind = \"computed\"\ngives = \"integer\"\nvalue = \"2 * 5\"\nlabel = \"Spesa\"\nwhen = \"pasti > 20\"\n[[stop]]";
    let modello = one_page(&STAY.replace("[[stop]]", spesa));
    let (_, facts, filed) = small();
    let pasti = asked(&["pasti"]);
    let mut reopened = Reopened::new(&modello, &filed, &facts, &pasti);
    take(&mut reopened, &modello, &post(&[("pasti", "30")]));
    assert_eq!(reopened.amended().unwrap().value("spesa"), Some(&Value::Number(10)));
}

#[test]
fn a_file_that_held_a_virus_is_not_there_and_is_told() {
    let modello = mensa();
    let with = child_post(row(1), &[("dieta_tipo", "sanitaria")]);
    let end = [("dieta_scadenza.g", "30"), ("dieta_scadenza.m", "6"), ("dieta_scadenza.a", "2027")];
    let mut details = child_post(row(1), &end);
    let certificate = file("primo.pdf", "application/pdf", 10);
    details.add_file(format!("figli.{}.dieta_certificato", row(1)), certificate.clone());
    let filed = filed(&[("dieta", with), ("dieta-dettagli", details)]);
    let facts = Facts { infected: [certificate.id].into(), ..facts() };
    let asked = asked(&["dieta_certificato"]);
    let reopened = Reopened::new(&modello, &filed, &facts, &asked);
    let standing = reopened.standing(Lingua::It);
    assert_eq!(standing.iter().map(|problem| &problem.code).collect::<Vec<_>>(), [&ProblemCode::FileInfected]);
    let page = reopened.draw(Lingua::It, &standing);
    let field = page.fields().next().expect("it is asked");
    assert!(matches!(&field.control, Control::File { present: None, .. }) && field.problem.is_some());
    assert_eq!(wrong(&reopened), [], "words alone can answer");
}
