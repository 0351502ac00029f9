//! Lists of the question bank: put in at reading, whole in what is published, named in faults by their own file.

use super::common::good;
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::{AuthorError, Banca, Modello};

const HEAD: &str = r#"code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[field]]
id = "prima"
page = "uno"
kind = "text"
label = "Prima"
[[field]]
use = "bank:recapiti"
page = "uno"
[[field]]
id = "dopo"
page = "uno"
kind = "text"
label = "Dopo"
when = 'given(email)'
[[example]]
name = "senza"
expect = { errors = ["email: required"] }
[[example]]
name = "con"
answers = { email = "anna@posta.example" }
expect = { errors = [] }
"#;
const HEAD_EN: &str =
    "title = \"Trial\"\npage.uno.title = \"One\"\n[field]\nprima.label = \"First\"\ndopo.label = \"After\"\n";
const LIST: &str = r#"[[field]]
id = "email"
kind = "email"
label = "E-mail"
required = true
[[field]]
id = "cellulare"
kind = "phone"
label = "Cellulare"
"#;
const LIST_EN: &str = "[field]\nemail.label = \"E-mail address\"\ncellulare.label = \"Mobile\"\n";

fn faults(found: Result<Modello, Vec<AuthorError>>) -> Vec<String> {
    found.expect_err("the text is wrong on purpose").iter().map(ToString::to_string).collect()
}

fn read(head: &str, list: &str, english: &str) -> Result<Modello, Vec<AuthorError>> {
    Modello::parse_with("prova.toml", head, &Banca::default().with("recapiti", list, english))
}

#[test]
fn a_list_stands_where_it_is_taken_and_brings_its_english() {
    let modello = good(read(HEAD, LIST, LIST_EN));
    let ids: Vec<&str> = modello.fields.iter().map(|campo| campo.id.as_str()).collect();
    assert_eq!(ids, ["prima", "email", "cellulare", "dopo"]);
    assert_eq!(modello.run_examples(), []);
    let modello = good(modello.with_english("prova.en.toml", HEAD_EN));
    let label = |id: &str| modello.campo(id).map(|campo| campo.label.get(Lingua::En).to_owned());
    assert_eq!(label("email").as_deref(), Some("E-mail address"));
    assert_eq!(label("prima").as_deref(), Some("First"));
    // What is published needs no bank any more.
    let back: Modello = serde_json::from_str(&modello.canonical()).expect("it was written here");
    assert_eq!(back.hash(), modello.hash());
}

#[test]
fn faults_name_the_file_in_which_they_stand() {
    for (head, list, english, fault) in [
        (HEAD.replace("bank:recapiti", "bank:altro"), LIST, LIST_EN, "prova.toml:16: l'elenco «bank:altro» non c'è"),
        (HEAD.replace("bank:recapiti", "recapiti"), LIST, LIST_EN, "prova.toml:16: l'elenco «recapiti» non c'è"),
        (
            HEAD.to_owned(),
            "[[field]]\nid = \"email\"\nkind = \"posta\"\nlabel = \"E\"\n",
            "",
            "banca/recapiti.toml:3: «email»: kind «posta» non esiste",
        ),
        (HEAD.to_owned(), "[[field]\n", "", "banca/recapiti.toml:1: TOML non valido"),
        (
            HEAD.to_owned(),
            LIST,
            "[field]\nemail.label = \"E\"\n",
            "banca/recapiti.en.toml:1: manca la traduzione di field.cellulare.label",
        ),
        (
            HEAD.replace("\"prima\"", "\"email\""),
            LIST,
            LIST_EN,
            "banca/recapiti.toml:2: «email»: id «email» usato due volte",
        ),
        (
            HEAD.to_owned(),
            &LIST.replace("kind = \"phone\"", "kind = \"phone\"\npage = \"uno\""),
            LIST_EN,
            "la chiave «page» non esiste qui",
        ),
        (
            HEAD.to_owned(),
            &format!("{LIST}[[field]]\nuse = \"bank:recapiti\"\n"),
            LIST_EN,
            "banca/recapiti.toml:10: manca id",
        ),
        (
            HEAD.replace("page = \"uno\"\n[[field]]\nid = \"dopo\"", "[[field]]\nid = \"dopo\""),
            LIST,
            LIST_EN,
            "manca page",
        ),
    ] {
        let told = faults(read(&head, list, english));
        assert!(told.iter().any(|told| told.contains(fault)), "{fault}: {told:#?}");
    }
}

#[test]
fn the_side_file_of_the_modello_does_not_translate_the_bank() {
    let modello = good(read(HEAD, LIST, LIST_EN));
    let told = faults(modello.with_english("prova.en.toml", &format!("{HEAD_EN}email.label = \"Mail\"\n")));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("field.email.label non è nel modello"), "{told:?}");
}
