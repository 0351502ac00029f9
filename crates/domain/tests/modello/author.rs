//! What an author reads when a model cannot work: file, line, field, fault, remedy.

use super::common::MENSA;
use sportello_domain::{
    identita::IdentityLevel,
    modello::{Banca, Modello, Procedura, RESERVED_FIELD_IDS, RESERVED_PAGE_IDS, Texts},
};

fn faults(toml: &str) -> String {
    let errors = Modello::parse("prova.toml", toml).expect_err("the text is wrong on purpose");
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

const HEAD: &str = r#"code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[page]]
id = "due"
step = "preferenze"
title = "Due"
[[group]]
id = "figli"
page = "uno"
title = "Figli"
row_name = "Figlio"
row_title = "{nome_figlio}"
[[field]]
id = "eta"
page = "uno"
kind = "date"
label = "Nascita"
[[field]]
id = "nome_figlio"
group = "figli"
kind = "text"
label = "Nome"
[[field]]
id = "scelta"
page = "due"
kind = "choice"
label = "Scelta"
options = ["a", "b"]
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

/// The faults of one more field on page `due`.
fn with_field(lines: &str) -> String {
    faults(&format!("{HEAD}[[field]]\nid = \"x\"\npage = \"due\"\nlabel = \"X\"\n{lines}\n"))
}

#[test]
fn the_head_alone_is_right() {
    let modello = Modello::parse("prova.toml", HEAD).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(modello.run_examples(), []);
}

#[test]
fn many_faults_are_told_at_once() {
    let toml = r#"
code = "Prova"
title = "Prova {anno}"
service = "prove"
sign_in = "password"
split = "figli"
[[page]]
id = "uno"
step = "riepilogo"
title = "Uno"
[[page]]
id = "due"
step = "preferenze"
title = "Due"
colore = "rosso"
[[field]]
id = "Nome"
page = "tre"
kind = "testo"
label = ""
locked = true
[[field]]
id = "nome"
page = "due"
kind = "text"
label = "Nome"
max = 0
prefill = "spid.nome"
privacy = "ART9"
"#;
    insta::assert_snapshot!(faults(toml), @r##"
    prova.toml:1: manca procedure: aggiungi procedure = "…"
    prova.toml:1: la pagina «uno» non ha campi: aggiungi un campo o togli la pagina
    prova.toml:1: numero di esempi non valido: scrivi da 1 a 100 [[example]]
    prova.toml:3: segnaposto {anno} sconosciuto: qui vale solo {anno_scolastico}
    prova.toml:5: sign_in «password» non previsto: scrivi sign_in = "spid-l2"
    prova.toml:6: split nomina il gruppo «figli» che non c'è: scrivi il nome di un gruppo
    prova.toml:9: «uno»: step «riepilogo» non previsto: scrivi privacy, dati-generali o preferenze (il riepilogo lo fa il portale)
    prova.toml:15: «due»: la chiave «colore» non esiste qui: le chiavi sono: id, step, title
    prova.toml:17: «Nome»: id «Nome» non valido: usa lettere minuscole, cifre e _, per esempio figlio_cf
    prova.toml:18: «Nome»: la pagina «tre» non esiste: le pagine sono: uno, due
    prova.toml:19: «Nome»: kind «testo» non esiste: i tipi sono: text, long_text, date, money, yes_no, choice, multi_choice, codice_fiscale, iban, email, phone, cap, plesso_ref, classe_ref, file, declaration, info, integer, decimal, year, partita_iva, codici_fiscali, pattern, comune, nationality, child_ref, iscrizione_ref, computed
    prova.toml:20: «Nome»: label è vuoto: scrivi un testo o togli la riga
    prova.toml:27: «nome»: max non è nella forma giusta: scrivi un numero da 1 a 300
    prova.toml:28: «nome»: prefill «spid.nome» non esiste: le origini sono: spid.fiscalNumber, spid.name, spid.familyName, spid.dateOfBirth, spid.placeOfBirth, spid.email, spid.mobilePhone, persona.nome_cognome, family.codice_fiscale, family.nome, family.cognome, family.nascita, family.plesso, family.classe, last_filing
    prova.toml:29: «nome»: privacy «ART9» non esiste: le classi sono: personal, child, income, bank, art9
    "##);
}

#[test]
fn a_page_is_not_named_as_a_page_of_the_portal() {
    for taken in RESERVED_PAGE_IDS {
        let toml = HEAD.replace("\"uno\"", &format!("\"{taken}\""));
        assert_eq!(
            faults(&toml),
            format!(
                "prova.toml:7: «{taken}»: id di pagina «{taken}» riservato: è l'indirizzo di una pagina del portale: scegli un'altra parola"
            )
        );
    }
}

#[test]
fn a_field_is_not_named_as_a_control_of_the_portal() {
    for taken in RESERVED_FIELD_IDS {
        let field = format!("[[field]]\nid = \"{taken}\"\npage = \"due\"\nkind = \"text\"\nlabel = \"Prova\"\n");
        let found = faults(&format!("{HEAD}{field}"));
        let words = format!("id «{taken}» riservato: è il nome di un controllo del portale: scegli un'altra parola");
        assert!(found.contains(&words), "{found}");
    }
}

#[test]
fn expressions_name_the_character() {
    let cases = [
        "when = 'scelt == \"a\"'",
        "when = 'scelta == \"c\"'",
        "when = 'scelta = \"a\"'",
        "when = 'scelta && eta'",
        "when = 'scelta'",
        "when = 'eta > 3'",
        "when = 'scelta > \"a\"'",
        "when = 'nome_figlio == \"a\"'",
        "when = 'row.nome_figlio == \"a\"'",
        "when = 'any(figli)'",
        "when = 'any(cani, true)'",
        "when = 'any(figli, any(figli, true))'",
        "when = 'x == \"a\"'",
        "when = 'scelta == \"a'",
        "when = 'age(scelta) > 3'",
        "when = 'eta > 2026-13-01'",
        "when = 'scelta in [\"a\", \"z\"]'",
        "when = 'scelta == \"a\" and'",
        "when = 'scelta == \"a\" eta'",
        "when = '((((((((((((((((true))))))))))))))))'",
    ];
    let told: Vec<String> = cases.iter().map(|case| with_field(&format!("kind = \"text\"\n{case}"))).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    prova.toml:44: «x»: when, carattere 1: il campo «scelt» non esiste: forse volevi dire «scelta»
    prova.toml:44: «x»: when, carattere 11: «c» non è tra le scelte: le scelte sono: a, b
    prova.toml:44: «x»: when, carattere 8: un solo «=»: scrivi == per confrontare
    prova.toml:44: «x»: when, carattere 8: simbolo logico: scrivi and, or, not in lettere
    prova.toml:44: «x»: when, carattere 1: qui serve una condizione (sì o no): confronta il valore, per esempio campo == "valore"
    prova.toml:44: «x»: when, carattere 7: i due valori sono di tipo diverso: confronta testo con testo, data con data
    prova.toml:44: «x»: when, carattere 1: questi valori non hanno un ordine: confronta con == oppure !=
    prova.toml:44: «x»: when, carattere 1: «nome_figlio» è un campo ripetuto: scrivi row.nome_figlio, oppure any(gruppo, row.nome_figlio)
    prova.toml:44: «x»: when, carattere 1: qui non c'è una riga: usa row. solo nei campi di un gruppo o dentro any(), all(), count(), sum()
    prova.toml:44: «x»: when, carattere 10: manca che cosa si guarda nelle righe: scrivi any(figli, row.campo …)
    prova.toml:44: «x»: when, carattere 5: il gruppo «cani» non esiste: i gruppi sono: figli
    prova.toml:44: «x»: when, carattere 12: any, all, count e sum non si annidano: usa due campi, uno per condizione
    prova.toml:44: «x»: when, carattere 1: «x» viene dopo questo campo: sposta «x» prima, o cambia condizione
    prova.toml:44: «x»: when, carattere 11: testo senza virgoletta di chiusura: chiudi il testo con le stesse virgolette
    prova.toml:44: «x»: when, carattere 5: age() vuole una data: scrivi age(data_nascita)
    prova.toml:44: «x»: when, carattere 7: numero «2026-13-01» non valido: scrivi 18, 15000.00 oppure una data come 2026-09-01
    prova.toml:44: «x»: when, carattere 17: «z» non è tra le scelte: le scelte sono: a, b
    prova.toml:44: «x»: when, carattere 18: l'espressione finisce troppo presto: completa la condizione
    prova.toml:44: «x»: when, carattere 15: testo in più: unisci le condizioni con and oppure or
    prova.toml:44: «x»: when, carattere 17: espressione troppo annidata (più di 16 livelli): togli parentesi, o dividila in più campi
    "##);
}

#[test]
fn settings_and_references() {
    let cases = [
        "kind = \"choice\"",
        "kind = \"choice\"\noptions = [\"a\", \"a\"]",
        "kind = \"choice\"\noptions = [{ value = \"a\" }]",
        "kind = \"file\"\naccept = [\"heic\"]",
        "kind = \"classe_ref\"\nplesso = \"eta\"",
        "kind = \"codice_fiscale\"\nfits = { cognome = \"eta\", nome = \"boh\", nascita = \"eta\" }",
        "kind = \"info\"\ntext = \"Leggi.\"\nrequired = true",
        "kind = \"text\"\ncheck = 'x != \"a\"'",
        "kind = \"text\"\nprivacy = \"bank\"\nindex = true",
        "kind = \"text\"\nprefill = \"family.nome\"",
        "kind = \"text\"\nautofill = \"cc-number\"",
        "kind = \"text\"\nlunghezza = 3",
        "kind = \"text\"\n[[stop]]\nid = \"s\"\nwhen = 'true'\nmessage = \"No\"",
        "kind = \"text\"\n[[example]]\nname = \"e\"\nanswers = { y = \"1\" }\nexpect = { errors = [] }",
        "kind = \"text\"\n[[field]]\nid = \"y\"\npage = \"uno\"\nkind = \"text\"\nlabel = \"Y\"",
    ];
    let told: Vec<String> = cases.iter().map(|case| with_field(case)).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    prova.toml:39: «x»: mancano le scelte: aggiungi options = ["a", "b"]
    prova.toml:44: «x»: la scelta «a» c'è due volte: toglila
    prova.toml:44: «x»: manca label: aggiungi label = "…"
    prova.toml:44: «x»: numero di scelte non valido: da 1 a 200 scelte
    prova.toml:44: «x»: tipo di file «heic» non previsto: usa pdf, jpg, png
    prova.toml:43: «x»: serve un campo «eta» di tipo plesso_ref nello stesso gruppo: correggi il nome o aggiungi il campo
    prova.toml:43: «x»: serve un campo «eta» di tipo text nello stesso gruppo: correggi il nome o aggiungi il campo
    prova.toml:43: «x»: serve un campo «boh» di tipo text nello stesso gruppo: correggi il nome o aggiungi il campo
    prova.toml:39: «x»: un testo da leggere non ha risposta: togli required, check e keep
    prova.toml:44: «x»: check e check_message vanno insieme: scrivi anche la frase che legge la persona
    prova.toml:45: «x»: un campo riservato non può avere index: togli index = true
    prova.toml:44: «x»: prefill «family.nome» vale solo per i figli: mettilo in un campo di un gruppo con prefill = "family.children"
    prova.toml:44: «x»: autofill «cc-number» non previsto: solo per i dati di chi compila: name, given-name, family-name, email, tel, street-address, address-level2, postal-code
    prova.toml:44: «x»: la chiave «lunghezza» non esiste qui: le chiavi sono: autofill, check, check_message, group, hint, id, index, keep, kind, label, locked, max, page, prefill, privacy, required, when
    prova.toml:46: «s»: la regola non legge nessun campo: confronta almeno un campo
    prova.toml:44: «e»: l'esempio risponde a «y», che qui non è un campo: correggi il nome, o mettilo nella riga del suo gruppo
    prova.toml:44: «y»: il campo sta dopo «x», ma la sua pagina viene prima: sposta il campo nell'ordine delle pagine
    "##);
}

#[test]
fn how_long_an_answer_is_kept() {
    let cases = [
        "keep = 10",
        "keep = { years = 10 }",
        "keep = { after = \"dieta\" }",
        "keep = { after = \"sempre\", years = 0 }",
        "keep = { after = \"pratica\", years = 51, months = 3 }",
    ];
    let mut told: Vec<String> = cases.iter().map(|case| with_field(&format!("kind = \"text\"\n{case}"))).collect();
    told.push(with_field("kind = \"info\"\ntext = \"Leggi.\"\nkeep = { after = \"pratica\", years = 1 }"));
    insta::assert_snapshot!(told.join("\n"), @r##"
    prova.toml:44: «x»: keep non è nella forma giusta: scrivi una tabella { … }
    prova.toml:44: «x»: manca after: aggiungi after = "…"
    prova.toml:44: «x»: keep senza years: aggiungi gli anni, per esempio years = 10
    prova.toml:44: «x»: after «sempre» non esiste: i termini sono: pratica, fascicolo, dieta
    prova.toml:44: «x»: years non è nella forma giusta: scrivi un numero da 1 a 50
    prova.toml:44: «x»: years non è nella forma giusta: scrivi un numero da 1 a 50
    prova.toml:44: «x»: la chiave «months» non esiste qui: le chiavi sono: after, years
    prova.toml:39: «x»: un testo da leggere non ha risposta: togli required, check e keep
    "##);
}

#[test]
fn what_waits_for_a_diet_needs_an_effect_that_gives_one() {
    macro_rules! shipped {
        ($end:literal) => {
            include_str!(concat!("../../../../modelli/servizi-scolastici/rinuncia-mensa", $end))
        };
    }
    let form = shipped!(".toml").replace("after = \"pratica\"", "after = \"dieta\"");
    let texts = Texts {
        name: "rinuncia-mensa",
        form: &form,
        english: shipped!(".en.toml"),
        procedura: shipped!(".procedura.toml"),
    };
    let errors = texts.read(&Banca::shipped()).expect_err("it ends an enrolment and gives no diet");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @"rinuncia-mensa.procedura.toml:1: «effects»: il campo «motivo» si conserva fino alla fine di una dieta, che nessun effetto dà: aggiungi l'effetto o scegli un altro keep");
    assert!(Texts { form: shipped!(".toml"), ..texts }.read(&Banca::shipped()).is_ok());
}

#[test]
fn toml_itself() {
    insta::assert_snapshot!(faults("code = \"a\"\ntitle = 'b"), @r##"prova.toml:2: TOML non valido (invalid literal string, expected `'`): correggi la sintassi: virgolette, parentesi, un solo = per riga"##);
    insta::assert_snapshot!(faults("code = \"a\"\ncode = \"b\"\n"), @r##"prova.toml:2: TOML non valido (duplicate key): correggi la sintassi: virgolette, parentesi, un solo = per riga"##);
}

#[test]
fn limits_hold() {
    let many = |count: usize| {
        let field = |n| format!("[[field]]\nid = \"f{n}\"\npage = \"due\"\nkind = \"text\"\nlabel = \"F\"\n");
        format!("{HEAD}{}", (0..count).map(field).collect::<String>())
    };
    assert!(Modello::parse("prova.toml", &many(397)).is_ok());
    assert!(faults(&many(398)).contains("da 1 a 400"));
    let grouped = |groups: usize, rows: usize| {
        let group = |n| {
            format!(
                "[[group]]\nid = \"h{n}\"\npage = \"due\"\ntitle = \"H\"\nrow_name = \"H\"\nrow_title = \"H\"\nmax = {rows}\n[[field]]\nid = \"k{n}\"\ngroup = \"h{n}\"\nkind = \"text\"\nlabel = \"K\"\n"
            )
        };
        format!("{HEAD}{}", (0..groups).map(group).collect::<String>())
    };
    let had = HEAD.matches("[[group]]").count();
    assert!(Modello::parse("prova.toml", &grouped(8 - had, 30)).is_ok());
    assert!(faults(&grouped(9 - had, 30)).contains("troppi gruppi"));
    assert!(faults(&grouped(1, 31)).contains("da 1 a 30"));
    let long = |terms: usize| format!("kind = \"text\"\nwhen = 'scelta in [{}]'", vec!["\"a\""; terms].join(", "));
    assert!(with_field(&long(250)).contains("più di 200 elementi"));
    let chain = vec!["scelta == \"a\""; 20].join(" and ");
    assert!(with_field(&format!("kind = \"text\"\nwhen = '{chain}'")).contains("16 livelli"));
}

#[test]
fn a_translation_is_complete_or_refused() {
    let modello = || Modello::parse("iscrizione-mensa.toml", MENSA).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let errors = modello().with_english("prova.en.toml", "title = \"T\"\n").expect_err("nearly all is missing");
    assert_eq!(errors.len(), 50, "the list of faults ends somewhere");
    let toml = "title = \"T {anno}\"\n[field.cf]\nlabel = \"\"\nhint = \"There is none in Italian\"\n";
    let errors = modello().with_english("prova.en.toml", toml).expect_err("wrong on purpose");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(
        told.contains(&"prova.en.toml:1: segnaposto {anno} sconosciuto: qui vale solo {anno_scolastico}".to_owned())
    );
}

#[test]
fn a_procedura_is_checked_too() {
    let errors = Procedura::parse("prova.procedura.toml", "code = \"a\"\nsilence = \"boh\"\neffects = [\"volare\"]\n")
        .expect_err("wrong on purpose");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    prova.procedura.toml:1: manca title: aggiungi title = { it = "…", en = "…" }
    prova.procedura.toml:1: manca lead: aggiungi lead = { it = "…", en = "…" }
    prova.procedura.toml:1: manca who: aggiungi who = { it = "…", en = "…" }
    prova.procedura.toml:1: manca achieved: aggiungi achieved = { it = "…", en = "…" }
    prova.procedura.toml:1: manca cost: aggiungi cost = { it = "…", en = "…" }
    prova.procedura.toml:1: manca subject: aggiungi subject = { it = "…", en = "…" }
    prova.procedura.toml:1: manca accepted: aggiungi accepted = { it = "…", en = "…" }
    prova.procedura.toml:1: manca rejected: aggiungi rejected = { it = "…", en = "…" }
    prova.procedura.toml:1: manca needed: aggiungi needed = [{ it = "…", en = "…" }]
    prova.procedura.toml:1: manca steps: aggiungi steps = [{ it = "…", en = "…" }]
    prova.procedura.toml:1: manca next: aggiungi next = [{ it = "…", en = "…" }]
    prova.procedura.toml:2: silence «boh» non previsto: scrivi nessuno o assenso
    prova.procedura.toml:3: l'effetto «volare» non esiste: scrivi create_iscrizione, close_iscrizione, set_payment_mode, set_dieta, change_residenza, issue_certificazione
    "##);
}

#[test]
fn a_procedura_says_which_level_of_sign_in_it_asks_for() {
    let shipped = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.procedura.toml");
    let level = |line: &str| {
        let read = Procedura::parse("prova.procedura.toml", &format!("{line}\n{shipped}"));
        read.map(|procedura| procedura.level).ok()
    };
    assert_eq!(level(""), Some(IdentityLevel::L2), "two factors where it does not say");
    assert_eq!(level("level = 3"), Some(IdentityLevel::L3));
    for wrong in ["level = 1", "level = 4", "level = \"alto\"", "livello = 3"] {
        assert_eq!(level(wrong), None, "{wrong}");
    }
}
